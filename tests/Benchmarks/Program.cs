using BenchmarkDotNet.Running;

BenchmarkSwitcher.FromAssembly(typeof(Mxact.Benchmarks.GemmBenchmarks).Assembly).Run(args);
