using System.Text.RegularExpressions;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;
using Mxact.Common;

namespace Mxact.Spec.Tests;

/// <summary>
/// Which source folder of an assembly uses which, read from its symbols: a method lies in the folder of its lines, a type in that of
/// its first method with lines, and one without any where a scan of the sources finds its declaration.
/// </summary>
/// <remarks>Constants are copied by the compiler and leave no reference; neither does nameof.</remarks>
internal sealed partial class SourceFolders
{
    private readonly string project;
    private readonly Dictionary<string, string> declared;
    private readonly Dictionary<TypeDefinition, string?> folders = [];
    private readonly SortedDictionary<(string From, string To), string> uses = [];

    /// <summary>Reads an assembly.</summary>
    /// <param name="path">The built assembly, its portable pdb beside it.</param>
    /// <param name="project">The project's folder, relative to the repository.</param>
    public SourceFolders(string path, string project)
    {
        this.project = project;
        declared = Declarations(Repository.At(project.Split('/')));
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(path,
            new ReaderParameters { ReadSymbols = true, SymbolReaderProvider = new DefaultSymbolReaderProvider(throwIfNoSymbol: true) });
        TypeDefinition[] types = [.. assembly.MainModule.GetAllTypes().Where(t => t.Name != "<Module>")];
        Unplaced = [.. types.Where(t => FolderOf(t) is null && !IsGenerated(t)).Select(t => t.FullName)];
        foreach (TypeDefinition type in types)
        {
            Read(type);
        }
    }

    /// <summary>Types whose folder was not found: there should be none.</summary>
    public IReadOnlyList<string> Unplaced { get; }

    /// <summary>
    /// The folders that use each other, each set with the shortest circle of its first folder, one reference for each step.
    /// </summary>
    public IReadOnlyList<(string Folders, string Example)> Circles()
    {
        string[] all = [.. uses.Keys.SelectMany(u => new[] { u.From, u.To }).Distinct().Order(StringComparer.Ordinal)];
        Dictionary<string, HashSet<string>> reached = all.ToDictionary(f => f, Reached);
        List<(string, string)> circles = [];
        HashSet<string> seen = [];
        foreach (string folder in all)
        {
            string[] circle = [.. all.Where(other => reached[folder].Contains(other) && reached[other].Contains(folder))];
            if (circle.Length > 1 && seen.Add(circle[0]))
            {
                circles.Add((string.Join(" + ", circle.Select(Shown)), ShortestFrom(circle[0])));
            }
        }

        return circles;
    }

    private static string Shown(string folder) => folder.Length == 0 ? "." : folder;

    private HashSet<string> Reached(string from)
    {
        HashSet<string> reached = [];
        Stack<string> open = new([from]);
        while (open.TryPop(out string? folder))
        {
            foreach ((string _, string to) in uses.Keys.Where(u => u.From == folder))
            {
                if (reached.Add(to))
                {
                    open.Push(to);
                }
            }
        }

        return reached;
    }

    private string ShortestFrom(string start)
    {
        Dictionary<string, (string From, string To)> cameBy = [];
        Queue<string> open = new([start]);
        while (open.TryDequeue(out string? folder))
        {
            foreach ((string From, string To) step in uses.Keys.Where(u => u.From == folder && !cameBy.ContainsKey(u.To)))
            {
                cameBy.Add(step.To, step);
                open.Enqueue(step.To);
            }
        }

        List<string> steps = [];
        for (string at = start; steps.Count == 0 || at != start; at = cameBy[at].From)
        {
            steps.Insert(0, $"{Shown(cameBy[at].From)} -> {Shown(at)}: {uses[cameBy[at]]}");
        }

        return string.Join('\n', steps);
    }

    private void Read(TypeDefinition type)
    {
        string? from = FolderOf(type);
        Use(from, type.BaseType, type);
        foreach (InterfaceImplementation implemented in type.Interfaces)
        {
            Use(from, implemented.InterfaceType, type);
        }

        Attributes(from, type, type);
        Constraints(from, type, type);
        foreach (FieldDefinition field in type.Fields)
        {
            Use(from, field.FieldType, field);
            Attributes(from, field, field);
        }

        foreach (PropertyDefinition property in type.Properties)
        {
            Attributes(from, property, property);
        }

        foreach (MethodDefinition method in type.Methods)
        {
            Read(method);
        }
    }

    private void Read(MethodDefinition method)
    {
        string? from = FolderOf(method);
        Use(from, method.ReturnType, method);
        Attributes(from, method, method);
        Constraints(from, method, method);
        foreach (ParameterDefinition parameter in method.Parameters)
        {
            Use(from, parameter.ParameterType, method);
            Attributes(from, parameter, method);
        }

        if (!method.HasBody)
        {
            return;
        }

        foreach (VariableDefinition local in method.Body.Variables)
        {
            Use(from, local.VariableType, method);
        }

        foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
        {
            Use(from, handler.CatchType, method);
        }

        foreach (Instruction instruction in method.Body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference used:
                    Use(from, used, method);
                    break;
                case MethodReference used:
                    UseMember(from, used, method);
                    break;
                case FieldReference used:
                    UseMember(from, used, method);
                    break;
            }
        }
    }

    private void Attributes(string? from, ICustomAttributeProvider provider, IMemberDefinition user)
    {
        foreach (CustomAttribute attribute in provider.CustomAttributes)
        {
            Use(from, attribute.AttributeType, user);
            foreach (CustomAttributeArgument argument in attribute.ConstructorArguments)
            {
                Use(from, argument.Type, user);
                Use(from, argument.Value as TypeReference, user);
            }
        }
    }

    private void Constraints(string? from, IGenericParameterProvider provider, IMemberDefinition user)
    {
        foreach (GenericParameterConstraint constraint in provider.GenericParameters.SelectMany(p => p.Constraints))
        {
            Use(from, constraint.ConstraintType, user);
        }
    }

    private void UseMember(string? from, MemberReference member, IMemberDefinition user)
    {
        Use(from, member.DeclaringType, user);
        if (member is MethodReference method)
        {
            foreach (TypeReference argument in method is GenericInstanceMethod instance ? instance.GenericArguments : [])
            {
                Use(from, argument, user);
            }

            // Where a type is spread over folders, the method's own counts.
            if (method.GetElementMethod().DeclaringType.Scope is ModuleDefinition && method.Resolve() is { } resolved)
            {
                Add(from, FolderOf(resolved), user, resolved);
            }
        }
        else if (member is FieldReference field)
        {
            Use(from, field.FieldType, user);
        }
    }

    private void Use(string? from, TypeReference? used, IMemberDefinition user)
    {
        switch (used)
        {
            case null or GenericParameter:
                return;
            case IGenericInstance instance:
                foreach (TypeReference argument in instance.GenericArguments)
                {
                    Use(from, argument, user);
                }

                break;
            case IModifierType modifier:
                Use(from, modifier.ModifierType, user);
                break;
            case FunctionPointerType pointer:
                Use(from, pointer.ReturnType, user);
                foreach (ParameterDefinition parameter in pointer.Parameters)
                {
                    Use(from, parameter.ParameterType, user);
                }

                return;
        }

        TypeReference element = used.GetElementType();
        if (element is GenericParameter)
        {
            return;
        }

        if (element != used && element is TypeSpecification)
        {
            Use(from, element, user);
            return;
        }

        if (element.Scope is ModuleDefinition && element.Resolve() is { } resolved)
        {
            Add(from, FolderOf(resolved), user, resolved);
        }
    }

    private void Add(string? from, string? to, IMemberDefinition user, IMemberDefinition used)
    {
        if (from is not null && to is not null && from != to)
        {
            uses.TryAdd((from, to), $"{NameOf(user)} uses {NameOf(used)}");
        }
    }

    private static string NameOf(IMemberDefinition member)
        => member.DeclaringType is null ? member.Name : $"{NameOf(member.DeclaringType)}.{member.Name}";

    private string? FolderOf(MethodDefinition method) => FolderOfLines(method) ?? FolderOf(method.DeclaringType);

    private string? FolderOf(TypeDefinition type)
    {
        if (!folders.TryGetValue(type, out string? folder))
        {
            folders[type] = folder = type.Methods.Select(FolderOfLines).FirstOrDefault(f => f is not null)
                ?? (type.DeclaringType is null ? declared.GetValueOrDefault(type.FullName) : FolderOf(type.DeclaringType));
        }

        return folder;
    }

    private string? FolderOfLines(MethodDefinition method)
    {
        string? url = method.DebugInformation.SequencePoints.FirstOrDefault()?.Document.Url.Replace('\\', '/');
        string start = $"/{project}/";
        if (url is null || url.Contains("/obj/", StringComparison.Ordinal))
        {
            return null;
        }

        int at = url.StartsWith(Repository.Root.Replace('\\', '/') + start, StringComparison.Ordinal) ? Repository.Root.Length
            : url.IndexOf(start, StringComparison.Ordinal);
        string? relative = at < 0 ? null : url[(at + start.Length)..];
        return relative is null ? null : Path.GetDirectoryName(relative)!.Replace('\\', '/');
    }

    /// <summary>What the compiler and its generators add besides what is written.</summary>
    private static bool IsGenerated(TypeDefinition type)
        => type.FullName.Contains('<', StringComparison.Ordinal)
            || type.Namespace is "System.Runtime.CompilerServices" or "Microsoft.CodeAnalysis" or "System.Text.RegularExpressions.Generated"
            || (type.DeclaringType is { } outer && IsGenerated(outer));

    /// <summary>Full names of top-level types, as symbols write them, to the folders of their declarations.</summary>
    private static Dictionary<string, string> Declarations(string root)
    {
        Dictionary<string, string> found = [];
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/');
            if (relative.Split('/').Any(part => part is "bin" or "obj"))
            {
                continue;
            }

            string source = File.ReadAllText(file);
            string space = NamespaceLine().Match(source).Groups[1].Value;
            foreach (Match declaration in Declaration().Matches(source))
            {
                int parameters = declaration.Groups[2].Success ? declaration.Groups[2].Value.Split(',').Length : 0;
                string name = declaration.Groups[1].Value + (parameters > 0 ? $"`{parameters}" : "");
                found.TryAdd(space.Length == 0 ? name : $"{space}.{name}", relative == "." ? "" : relative);
            }
        }

        return found;
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(
        @"^(?!\s)[\w\s]*\b(?:class|struct|interface|enum|record|delegate\s+[\w<>\[\]?,.\s*]+?)"
        + @"\s+(\w+)(?:<([^>(]*)>)?(?=\s*[(:{;\r\n])",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
