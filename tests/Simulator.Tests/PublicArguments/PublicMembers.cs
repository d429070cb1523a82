using System.Reflection;

namespace Mxact.Simulator.Tests.PublicArguments;

/// <summary>Every public constructor, method and property that is set, of the three assemblies a user refers to.</summary>
internal static class PublicMembers
{
    /// <summary>Written by the compiler, or meaningful for every argument: comparison, taking apart, printing.</summary>
    private static readonly string[] OfEveryType =
        ["Equals", "GetHashCode", "ToString", "Deconstruct", "GetType", "<Clone>$", "op_Equality", "op_Inequality"];

    /// <summary>Each parameter of each of them, as "member: parameter".</summary>
    public static IReadOnlyList<string> Parameters { get; } =
    [
        .. from type in new[] { typeof(ElementFormat), typeof(MxTensor), typeof(GpuExecution) }.SelectMany(t
            => t.Assembly.GetExportedTypes())
           where !type.IsEnum
           from member in Members(type)
           from parameter in member.GetParameters()
           where !parameter.IsOut
           select $"{NameOf(type, member)}: {NameOf(member, parameter)}"
    ];

    /// <summary>Type and member; where two have one name, with the first parameter's element type.</summary>
    public static string NameOf(Type type, MethodBase member)
    {
        string name = member.IsConstructor ? "new" : member.Name.StartsWith("set_", StringComparison.Ordinal) ? member.Name[4..]
            : member.Name;
        bool overloaded = type.GetMethods().Count(method => method.Name == member.Name) > 1;
        Type? first = overloaded ? member.GetParameters().FirstOrDefault()?.ParameterType : null;
        return $"{type.Name}.{name}{(first is null ? "" : $"<{(first.IsGenericType ? first.GetGenericArguments()[0] : first).Name}>")}";
    }

    private static IEnumerable<MethodBase> Members(Type type)
        => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => !OfEveryType.Contains(method.Name))
            .Concat<MethodBase>(type.GetConstructors());

    private static string NameOf(MethodBase member, ParameterInfo parameter)
        => member.Name.StartsWith("set_", StringComparison.Ordinal) ? member.Name[4..] : parameter.Name!;
}
