using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Mxact.Mutants.Processes;
using Mxact.Mutants.Sites;

namespace Mxact.Mutants.Rewriting;

/// <summary>A project as the compiler is given it: its files, references and options.</summary>
internal static class ProjectSource
{
    /// <summary>The compilation of a project that has been built, without its generators: good for types, not for running.</summary>
    public static CSharpCompilation Read(string tree, string project)
    {
        string folder = Path.GetDirectoryName(Path.Combine(tree, project))!;
        Ran asked = Programs.Run("dotnet", ["msbuild", Path.Combine(tree, project), "-t:Compile", "-p:Configuration=Release",
            "-p:ProvideCommandLineArgs=true", "-p:SkipCompilerExecution=true", "-p:NonExistentFile=force",
            "-p:BuildProjectReferences=false", "-getItem:CscCommandLineArgs"], tree, TimeSpan.FromMinutes(5));
        if (asked.ExitCode != 0)
        {
            throw new MutationException($"{project}: its compiler options cannot be read: {asked.Output.Trim()}");
        }

        using JsonDocument json = JsonDocument.Parse(asked.Output);
        string[] arguments = [.. json.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!)];
        CSharpCommandLineArguments parsed = CSharpCommandLineParser.Default.Parse(arguments, folder, sdkDirectory: null);
        CSharpParseOptions options = parsed.ParseOptions.WithLanguageVersion(LanguageVersion.Preview);
        return CSharpCompilation.Create(parsed.CompilationName ?? Path.GetFileNameWithoutExtension(project),
            parsed.SourceFiles.Select(file => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(file.Path)), options, file.Path)),
            parsed.MetadataReferences.Select(reference => MetadataReference.CreateFromFile(Path.GetFullPath(reference.Reference, folder))),
            parsed.CompilationOptions.WithGeneralDiagnosticOption(ReportDiagnostic.Default));
    }
}
