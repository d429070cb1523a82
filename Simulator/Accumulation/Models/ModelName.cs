using System.Globalization;

namespace Mxact.Simulator.Accumulation.Models;

/// <summary>
/// Names with parameters:
/// <list type="bullet">
/// <item><c>t-fdpa:L=16,F=25,rho=rz-fp32,ezero=-133,scale=e8m0/32</c>: L 1 to 65536, F 0 to 80 (25), rho as
/// <see cref="OutputConversion.TryParse"/>
/// reads it (rz-fp32), ezero -1000 to 1000 (-133), scale optional; any element format.</item>
/// <item><c>promote:N:model</c>: the model restarted from zero every N products, its sums added in binary32.</item>
/// <item><c>exact:ue4m3/16</c>, <c>kahan:e8m0/16</c> and so on: the same model with other scales than e8m0/32.</item>
/// <item><c>arm-fdot-fp8:lscale=3,osm=1</c>: what FPMR says, LSCALE 0 to 127, to binary16 0 to 15; OSM 0 or 1.</item>
/// <item><c>riscv-fp8:vlen=256</c>: VLEN times LMUL, a power of two from 64 to 65536: how many products an instruction takes.</item>
/// <item><c>hopper-fp16:ezero=-21</c>: the same unit with another e_zero of its binary16 output, on which sources differ.</item>
/// </list>
/// </summary>
internal static class ModelName
{
    private const int MaxEZero = 1000;
    private const string EZero = "ezero=";

    /// <summary>The model, or null when the name is none of these.</summary>
    /// <exception cref="ArgumentException">The parameters are wrong; one line says which.</exception>
    public static MatrixUnit? Parse(string name)
    {
        string[] parts = name.Split(':', 2);
        return parts[0] switch
        {
            "t-fdpa" => FreeFused(name, parts.Length < 2 ? "" : parts[1]),
            "promote" => Promoted(name, parts.Length < 2 ? "" : parts[1]),
            _ => parts.Length == 2 && MatrixUnits.Find(parts[0]) is { } model ? Changed(name, model, parts[1]) : null,
        };
    }

    private static MatrixUnit FreeFused(string name, string parameters)
    {
        int? l = null;
        int f = 25;
        int eZero = -133;
        OutputConversion rho = OutputConversion.RzFp32;
        BlockScale? scale = null;
        foreach (string parameter in parameters.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = parameter.Split('=', 2);
            string value = pair.Length < 2 ? "" : pair[1];
            switch (pair[0])
            {
                case "l":
                    l = Number(name, "L", value, 1, MatrixUnit.MaxL);
                    break;
                case "f":
                    f = Number(name, "F", value, 0, MatrixUnit.MaxF);
                    break;
                case "ezero" or "e-zero":
                    eZero = Number(name, "ezero", value, -MaxEZero, MaxEZero);
                    break;
                case "rho":
                    rho = OutputConversion.TryParse(value, out OutputConversion? conversion) ? conversion
                        : throw new ArgumentException($"{name}: rho = '{value}' is no conversion such as rz-fp32, rz-e8m13, rne-fp16");
                    break;
                case "scale":
                    scale = Scale(name, value);
                    break;
                default:
                    throw new ArgumentException($"{name}: '{pair[0]}' is none of L, F, rho, ezero, scale");
            }
        }

        if (l is null)
        {
            throw new ArgumentException($"{name}: L, the products in one step, is missing");
        }

        if (scale is not null && l % scale.BlockSize != 0)
        {
            throw new ArgumentException($"{name}: L = {l} is not a multiple of the {scale.BlockSize} elements under one scale");
        }

        string normal = string.Create(CultureInfo.InvariantCulture,
            $"t-fdpa:L={l},F={f},rho={rho},ezero={eZero}{(scale is null ? "" : $",scale={scale}")}");
        return ModelRows.FreeFused(normal, l.Value, f, rho, eZero, scale);
    }

    private static MatrixUnit Promoted(string name, string parameters)
    {
        string[] parts = parameters.Split(':', 2);
        if (parts.Length < 2)
        {
            throw new ArgumentException($"{name}: write promote:N:model, such as promote:128:hopper-wgmma-fp8");
        }

        int n = Number(name, "N", parts[0], 1, int.MaxValue);
        MatrixUnit inner = MatrixUnits.Named(parts[1]);
        if (inner.Output(ElementFormats.Binary32) is null)
        {
            throw new ArgumentException($"{name}: {inner} has no binary32 output to promote");
        }

        if (inner.Scale is { } scale && !inner.ScaleIsOptional && n % scale.BlockSize != 0)
        {
            throw new ArgumentException($"{name}: N = {n} is not a multiple of the {scale.BlockSize} elements under one scale of {inner}");
        }

        return ModelRows.Promoted(string.Create(CultureInfo.InvariantCulture, $"promote:{n}:{inner}"), n, inner);
    }

    private static MatrixUnit? Changed(string name, MatrixUnit model, string change)
        => change.StartsWith(EZero, StringComparison.Ordinal) ? Realigned(name, model, change[EZero.Length..])
            : model.Family == AccumulationFamily.ArmDot ? WithMode(name, model, change)
            : model.Family == AccumulationFamily.BulkNormalised ? WithRegisters(name, model, change)
            : model.ScaleIsOptional ? Rescaled(name, model, change)
            : null;

    private static MatrixUnit WithMode(string name, MatrixUnit model, string mode)
    {
        int most = model.Outputs[0].Format == ElementFormats.Binary16 ? 15 : 127;
        foreach (string[] field in mode.Split(',').Select(field => field.Split('=', 2)))
        {
            string value = field.Length < 2 ? "" : field[1];
            model = field[0] switch
            {
                "lscale" => model with { LScale = Number(name, "LSCALE", value, 0, most) },
                "osm" => model with { Saturates = Number(name, "OSM", value, 0, 1) == 1 },
                _ => throw new ArgumentException($"{name}: '{field[0]}' is none of lscale, osm"),
            };
        }

        return model with { Name = name };
    }

    private static MatrixUnit WithRegisters(string name, MatrixUnit model, string change)
    {
        string[] field = change.Split('=', 2);
        int bits = field is ["vlen", string value] ? Number(name, "VLEN", value, 64, MatrixUnit.MaxL)
            : throw new ArgumentException($"{name}: '{field[0]}' is not vlen");
        return (bits & (bits - 1)) == 0 ? model with { Name = name, L = bits / model.Elements[0].Bits }
            : throw new ArgumentException($"{name}: VLEN = {bits} is not a power of two");
    }

    private static MatrixUnit Rescaled(string name, MatrixUnit model, string scale)
        => model with { Name = name, Scale = Scale(name, scale) };

    private static MatrixUnit Realigned(string name, MatrixUnit model, string value)
    {
        int eZero = Number(name, "ezero", value, -MaxEZero, MaxEZero);
        ModelOutput half = model.Outputs.FirstOrDefault(output => output.Format == ElementFormats.Binary16 && output.EZero != 0)
            ?? throw new ArgumentException($"{name}: {model} has no binary16 output with an e_zero");
        return model with { Name = name, Outputs = model.Outputs.Replace(half, half with { EZero = eZero }) };
    }

    private static BlockScale Scale(string name, string value)
        => BlockScale.TryParse(value, out BlockScale? scale) ? scale
            : throw new ArgumentException($"{name}: '{value}' is no scale such as e8m0/32 or ue4m3/16");

    private static int Number(string name, string parameter, string value, int least, int most)
        => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) && number >= least
            && number <= most
            ? number
            : throw new ArgumentException($"{name}: {parameter} = '{value}' is not a number from {least} to {most}");
}
