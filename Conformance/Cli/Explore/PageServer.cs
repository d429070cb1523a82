using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mxact.Shell;

namespace Mxact.Cli.Explore;

/// <summary>Serves the page's files to this machine alone, until it is told to stop.</summary>
internal sealed class PageServer : IDisposable
{
    /// <summary>Free ports that are tried: another program may take one first.</summary>
    private const int Tries = 8;

    private readonly HttpListener listener;
    private readonly PageFolder folder;

    private PageServer(HttpListener listener, PageFolder folder, string address)
    {
        this.listener = listener;
        this.folder = folder;
        Address = address;
    }

    /// <summary>The page's address.</summary>
    public string Address { get; }

    /// <summary>Begins to listen.</summary>
    /// <param name="folder">The page.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <exception cref="UsageException">The port is taken, or may not be used.</exception>
    public static PageServer Start(PageFolder folder, int port)
    {
        for (int left = port == 0 ? Tries : 1; ; left--)
        {
            int chosen = port == 0 ? FreePort() : port;
            string address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{chosen}/");
            HttpListener listener = new();
            listener.Prefixes.Add(address);
            listener.Prefixes.Add(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{chosen}/"));
            try
            {
                listener.Start();
                return new(listener, folder, address);
            }
            catch (Exception exception) when (exception is HttpListenerException or SocketException)
            {
                ((IDisposable)listener).Dispose();
                if (left == 1)
                {
                    throw new UsageException($"port {chosen} of the loopback address cannot be used: {exception.Message}");
                }
            }
        }
    }

    /// <summary>Answers until it is told to stop.</summary>
    public void Serve(CancellationToken stop)
    {
        using CancellationTokenRegistration ends = stop.Register(listener.Stop);
        while (!stop.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = listener.GetContext();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Stop is how the wait ends; anything else is one connection that broke off.
                continue;
            }

            // Each on its own thread: a browser asks for six files at a time, and one that reads slowly holds up no other.
            ThreadPool.QueueUserWorkItem(Answer, context, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => listener.Close();

    private void Answer(HttpListenerContext context)
    {
        try
        {
            Send(context.Request, context.Response);
        }
        catch (Exception exception) when (exception is HttpListenerException or IOException or ObjectDisposedException
            or InvalidOperationException)
        {
            // The browser has gone.
            context.Response.Abort();
        }
    }

    private void Send(HttpListenerRequest request, HttpListenerResponse response)
    {
        bool isHead = request.HttpMethod == "HEAD";
        if (!isHead && request.HttpMethod != "GET")
        {
            response.AddHeader("Allow", "GET, HEAD");
            Close(response, HttpStatusCode.MethodNotAllowed);
            return;
        }

        bool acceptsBrotli = (request.Headers["Accept-Encoding"] ?? "").Split(',').Any(word => word.Trim() == "br");
        if (folder.Find(request.Url?.AbsolutePath ?? "", acceptsBrotli) is not { } file)
        {
            Close(response, HttpStatusCode.NotFound);
            return;
        }

        using FileStream content = new(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read);
        response.ContentType = file.Type;
        response.ContentLength64 = content.Length;
        response.AddHeader("Vary", "Accept-Encoding");
        response.AddHeader("X-Content-Type-Options", "nosniff");

        // The next build has files of the same names.
        response.AddHeader("Cache-Control", "no-cache");
        if (file.Encoding is not null)
        {
            response.AddHeader("Content-Encoding", file.Encoding);
        }

        if (!isHead)
        {
            content.CopyTo(response.OutputStream);
        }

        response.Close();
    }

    private static void Close(HttpListenerResponse response, HttpStatusCode code)
    {
        response.StatusCode = (int)code;
        response.ContentLength64 = 0;
        response.Close();
    }

    private static int FreePort()
    {
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
