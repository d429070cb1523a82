using System.Runtime.CompilerServices;
using Mxact.Training.Native;

namespace Mxact.Training.Tests;

/// <summary>Loads libtorch once, before any test touches a tensor.</summary>
internal static class Torch
{
    [ModuleInitializer]
    public static void Load()
    {
        if (OperatingSystem.IsLinux())
        {
            LibTorch.Load();
            TorchSharp.torch.set_num_threads(1);
        }
    }
}
