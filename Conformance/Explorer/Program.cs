using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Mxact.Explorer;

WebAssemblyHostBuilder builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#page");
await builder.Build().RunAsync();
