using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mxact.Simulator.Reference;

namespace Mxact.Simulator.Tests;

using Instruction = Mono.Cecil.Cil.Instruction;

/// <summary>The reference path holds no floating-point arithmetic: read off its compiled instructions, so that nothing can hide.</summary>
public sealed class ExactnessTests
{
    private static readonly string[] Exact = ["Mxact.Simulator.Exact", "Mxact.Simulator.Reference", "Mxact.Simulator.Packing",
        "Mxact.Simulator.Accumulation", "Mxact.Simulator.ConversionInstructions", "Mxact.Simulator.P3109"];

    [Fact]
    public void No_method_of_the_reference_loads_converts_passes_or_returns_a_float()
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(Assembly.GetAssembly(typeof(Rounding))!.Location);
        MethodDefinition[] methods = [.. assembly.MainModule.GetTypes().Where(t
            => Exact.Any(n => Namespace(t).StartsWith(n, StringComparison.Ordinal))).SelectMany(t => t.Methods)];
        Assert.True(methods.Length > 100);
        Assert.Empty(methods.Where(HasFloat).Select(m => m.FullName));
    }

    private static string Namespace(TypeDefinition type) => type.DeclaringType is null ? type.Namespace : Namespace(type.DeclaringType);

    private static bool HasFloat(MethodDefinition method)
        => IsFloat(method.ReturnType)
            || method.Parameters.Any(p => IsFloat(p.ParameterType))
            || (method.HasBody && (method.Body.Variables.Any(v => IsFloat(v.VariableType)) || method.Body.Instructions.Any(IsFloat)));

    private static bool IsFloat(TypeReference type)
        => type.FullName is "System.Single" or "System.Double" or "System.Half" or "System.Decimal";

    private static bool IsFloat(Instruction instruction)
        => instruction.OpCode.Code is Code.Ldc_R4 or Code.Ldc_R8 or Code.Conv_R4 or Code.Conv_R8 or Code.Conv_R_Un or Code.Ldelem_R4
            or Code.Ldelem_R8 or Code.Ldind_R4 or Code.Ldind_R8
            || (instruction.Operand is MethodReference called
                && (IsFloat(called.ReturnType) || called.Parameters.Any(p => IsFloat(p.ParameterType))))
            || (instruction.Operand is FieldReference field && IsFloat(field.FieldType));
}
