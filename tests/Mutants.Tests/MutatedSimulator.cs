using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mxact.Common;
using Mxact.Mutants.Naming;
using Mxact.Mutants.Rewriting;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Tests;

/// <summary>
/// The simulator with some mutants in it, compiled in memory and loaded beside the one that judges: a kernel of this process that has one
/// of them alive.
/// </summary>
internal sealed class MutatedSimulator
{
    private const string Simulator = "Mxact.Simulator";

    /// <summary>What the project files add to the source: the usings that are implicit, and who may see what is internal.</summary>
    private const string Added = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Threading; global using System.Threading.Tasks;
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Mxact.Vectors")]
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Mxact.Conformance")]
        namespace Mxact
        {
            public static class Mutation
            {
                public static int Alive = -1;
                public static bool Is(int id) => id == Alive;
            }
        }
        """;

    private readonly FieldInfo alive;

    private readonly Func<string, string> answer;

    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);

    /// <summary>Compiles it with these mutants, each a key as the lists of expected names have it.</summary>
    /// <exception cref="InvalidOperationException">It does not compile, or one is nowhere.</exception>
    public MutatedSimulator(IReadOnlyCollection<string> keys)
    {
        CSharpCompilation compilation = Compilation();
        CSharpCompilation mutated = compilation;
        int next = 0;
        foreach (SyntaxTree file in compilation.SyntaxTrees)
        {
            string path = Path.GetRelativePath(Repository.Root, file.FilePath).Replace('\\', '/');
            if (!keys.Any(key => key.StartsWith(path + ",", StringComparison.Ordinal)))
            {
                continue;
            }

            SchemataRewriter Rewrite(HashSet<int> dropped, out SyntaxNode root)
            {
                SchemataRewriter rewriter = new(compilation.GetSemanticModel(file), "Simulator", path, next, dropped, new([]));
                root = rewriter.Visit(file.GetRoot())!;
                return rewriter;
            }

            // Twice: once to see what there is, once with those alone that are asked for.
            List<Site> sites = Rewrite([], out _).Sites;
            NamedSite[] taken = [.. NamedSite.Of(sites).Where(named => keys.Contains(named.Key))];
            HashSet<int> others = [.. sites.Select(site => site.Id).Except(taken.Select(named => named.Site.Id))];
            SchemataRewriter last = Rewrite(others, out SyntaxNode root);
            next = last.Next;
            mutated = mutated.ReplaceSyntaxTree(file, file.WithRootAndOptions(root, file.Options));
            Array.ForEach(taken, named => ids.Add(named.Key, named.Site.Id));
        }

        using MemoryStream assembly = new();
        Microsoft.CodeAnalysis.Emit.EmitResult emitted = mutated.Emit(assembly);
        if (!emitted.Success || keys.Except(ids.Keys).Any())
        {
            throw new InvalidOperationException(string.Join('\n', keys.Except(ids.Keys).Select(key => $"nowhere: {key}")
                .Concat(emitted.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => found.ToString()))));
        }

        Beside beside = new(assembly.ToArray());
        Type answers = beside.LoadFromAssemblyName(new("Mxact.Conformance"))
            .GetType("Mxact.Conformance.Adapters.Answers", throwOnError: true)!;
        answer = answers.GetMethod("Answer")!.CreateDelegate<Func<string, string>>(Activator.CreateInstance(answers, nonPublic: true));
        alive = beside.LoadFromAssemblyName(new(Simulator)).GetType("Mxact.Mutation", throwOnError: true)!.GetField("Alive")!;
    }

    /// <summary>The answer to a request, with a mutant alive.</summary>
    public string Answer(string key, string request)
    {
        alive.SetValue(null, ids[key]);
        return answer(request);
    }

    private static CSharpCompilation Compilation()
    {
        CSharpParseOptions options = new(LanguageVersion.Preview);
        string folder = Repository.At("Simulator");
        IEnumerable<string> files = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("Gpu" or "bin" or "obj"));
        string[] trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return CSharpCompilation.Create(Simulator,
            files.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), options, file))
                .Append(CSharpSyntaxTree.ParseText(Added, options, Path.Combine(folder, "Added.cs"))),
            trusted.Where(path => Path.GetFileNameWithoutExtension(path) != Simulator)
                .Select(path => MetadataReference.CreateFromFile(path)),
            new(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>The assemblies that answer requests, over a simulator of their own.</summary>
    private sealed class Beside(byte[] simulator) : AssemblyLoadContext("mutated")
    {
        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
        {
            Simulator => LoadFromStream(new MemoryStream(simulator)),
            "Mxact.Vectors" or "Mxact.Conformance"
                => LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, $"{assemblyName.Name}.dll")),
            _ => null,
        };
    }
}
