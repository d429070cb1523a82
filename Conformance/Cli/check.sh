#!/bin/sh
# The packages as a stranger has them: packs everything, installs the tool, and builds programs that reference the libraries, in a temporary
# folder with a package cache of its own. Ends in one line: exit 0 all right, 1 something is wrong, 77 this machine lacks something.
set -u
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

wrong() { [ -f "$work/log" ] && tail -n 15 "$work/log"; echo "packages: WRONG: $1"; exit 1; }
lacks() { echo "packages: NOT CHECKED: $1"; exit 77; }
step() { echo "-- $1"; }

command -v dotnet >/dev/null || lacks "there is no dotnet (the .NET 10 SDK)"
command -v git >/dev/null || lacks "there is no git"
command -v unzip >/dev/null || lacks "there is no unzip"
command -v bash >/dev/null || lacks "there is no bash, whose completion is tried"

step "pack"
# A clone, with what is not committed yet: an assembly that an earlier build left would name the folder that it was built in.
git clone -q --depth 1 "file://$root" "$work/source" || lacks "$root is no git repository"
(cd "$root" && git ls-files --modified --others --exclude-standard | while read -r file; do
    [ -f "$file" ] && mkdir -p "$work/source/$(dirname "$file")" && cp "$file" "$work/source/$file"
done)
# As in continuous integration: lock files hold, and no package says where it was built.
(cd "$work/source" && CI=true dotnet publish Conformance/Explorer -c Release -v quiet) >"$work/log" 2>&1 || wrong "publishing the explorer"
(cd "$work/source" && CI=true dotnet pack -c Release -v quiet "-p:PackageOutputPath=$work/packages") >"$work/log" 2>&1 \
    || wrong "dotnet pack"
version=$(basename "$work"/packages/Mxact.Spec.*.nupkg .nupkg) version=${version#Mxact.Spec.}
for id in Mxact.Spec Mxact.Simulator Mxact.Simulator.Gpu Mxact.Vectors Mxact.Shell Mxact.Conformance Mxact.Tensors Mxact.Training mxact; do
    package=$work/packages/$id.$version
    [ -f "$package.nupkg" ] || wrong "no package $id"
    [ -f "$package.snupkg" ] || wrong "no symbols of $id"
    mkdir -p "$work/unpacked/$id"
    for kind in nupkg snupkg; do
        unzip -q -o "$package.$kind" -d "$work/unpacked/$id" || wrong "$id.$version.$kind cannot be unpacked"
    done
    for file in icon.png PACKAGE.md; do
        [ -s "$work/unpacked/$id/$file" ] || wrong "$id has no $file"
    done
done
packed=$(find "$work/packages" -name '*.nupkg' | wc -l)
[ "$packed" -eq "$(ls "$work/unpacked" | wc -l)" ] || wrong "packed besides the libraries and the tool: $(ls "$work/packages")"
for place in "$root" "$work/source" "${NUGET_PACKAGES:-$HOME/.nuget}"; do
    found=$(grep -rlF "$place" "$work/unpacked" | head -n 1)
    [ -z "$found" ] || wrong "${found#"$work/unpacked/"} names a folder of the machine that built it"
done
echo "   $packed packages of version $version, $(du -ch "$work"/packages/*.nupkg | tail -n 1 | cut -f 1)"

# From here on nothing comes from this repository's builds, nor from packages that were fetched for them.
export NUGET_PACKAGES="$work/cache"
cat >"$work/nuget.config" <<END
<configuration><packageSources><add key="packed" value="$work/packages" /></packageSources></configuration>
END

step "the tool"
(cd "$work" && dotnet tool install --tool-path "$work/tool" --add-source "$work/packages" --version "$version" mxact) >"$work/log" 2>&1 \
    || wrong "dotnet tool install"
PATH=$work/tool:$PATH
unset MXACT_VECTORS
cd "$work" || exit 1
mxact --version | tee "$work/log"
build='(commit [0-9a-f]{40}|built outside a repository)' set='golden vectors v[0-9]+ \(schema [0-9]+, [0-9]+ rows\)'
grep -qxE "mxact [0-9.]+[^ ]*, $build, $set" "$work/log" && [ "$(wc -l <"$work/log")" -eq 1 ] || wrong "mxact --version"
mxact run builtin --level smoke >"$work/log" 2>&1 || wrong "mxact run builtin"
tail -n 1 "$work/log"
mxact explain mxfp4 3fc000013f400000 --scale-rule round-up >"$work/log" 2>&1 || wrong "mxact explain"
[ "$(tail -n 1 "$work/log")" = "answer: 7e 0503" ] || wrong "mxact explain"

step "the explorer's page, from the tool"
command -v curl >/dev/null || lacks "there is no curl"
mxact explore --no-browser >"$work/served" 2>&1 &
server=$!
for _ in $(seq 100); do
    address=$(sed -nE 's/.*(http:[^ ]*).*/\1/p' "$work/served")
    [ -z "$address" ] || break
    sleep 0.1
done
[ -n "$address" ] || { cat "$work/served"; wrong "mxact explore does not serve"; }
for file in index.html _framework/blazor.webassembly.js; do
    curl -sf --max-time 10 -o "$work/page" "${address%%#*}$file" && [ -s "$work/page" ] || wrong "mxact explore does not serve $file"
done
kill -TERM "$server" && wait "$server"

step "completion, in a real bash"
bash -c 'eval "$(mxact completion bash)"
    complete -p mxact
    COMP_LINE="mxact explai" COMP_POINT=12 COMP_WORDS=(mxact explai) COMP_CWORD=1; _mxact; echo "${COMPREPLY[*]}"
    COMP_LINE="mxact run --lev" COMP_POINT=15 COMP_WORDS=(mxact run --lev) COMP_CWORD=2; _mxact; echo "${COMPREPLY[*]}"' >"$work/log" 2>&1
[ "$(tail -n 2 "$work/log" | tr '\n' ' ')" = "explain --level " ] || wrong "completion"
for shell in zsh fish; do
    mxact completion $shell >"$work/$shell" || wrong "mxact completion $shell"
    if ! command -v $shell >/dev/null; then
        echo "   $shell: untested, it is not here"
    else
        $shell -n "$work/$shell" || wrong "mxact completion $shell does not parse"
    fi
done

# A program of somebody else: $1 its folder, $2 the package; its Program.cs is there.
program() {
    cat >"$work/$1/$1.csproj" <<END
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="$2" Version="$version" /></ItemGroup>
</Project>
END
    if ! (cd "$work/$1" && dotnet restore -v quiet) >"$work/log" 2>&1; then
        grep -q NU1301 "$work/log" && lacks "packages that $2 needs cannot be fetched"
        wrong "restoring a program that references $2"
    fi
    (cd "$work/$1" && dotnet build -c Release --no-restore -v quiet) >"$work/log" 2>&1 || wrong "building a program that references $2"
    (cd "$work/$1" && dotnet "bin/Release/net10.0/$1.dll") >"$work/log" 2>&1 || wrong "running a program that references $2"
}

step "the README's program, on the packed Mxact.Simulator"
mkdir "$work/simulate"
awk '/^```csharp$/ { on = 1; next } /^```$/ { if (on) exit } on' "$root/README.md" >"$work/simulate/Program.cs"
program simulate Mxact.Simulator
grep -q '^answer: ' "$work/log" || wrong "the README's program prints no explanation"

step "a kernel held to the golden vectors, on the packed Mxact.Conformance"
mkdir "$work/conform"
cat >"$work/conform/Program.cs" <<'END'
using Mxact;
using Mxact.Conformance;

Conform.Check("quantize", MxFormats.Mxfp4, (ReadOnlySpan<float> x, Span<byte> scales, Span<byte> codes) =>
{
    MxTensor tensor = MxTensor.Quantize(x, rows: 1, columns: x.Length, MxFormats.Mxfp4);
    tensor.Scales.CopyTo(scales);
    tensor.Codes.CopyTo(codes);
});
Console.WriteLine("conformant");
END
program conform Mxact.Conformance
grep -qx conformant "$work/log" || wrong "Conform.Check"

step "training, on the packed Mxact.Training"
[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || lacks "libtorch is packed for Linux x64, this is $(uname -s) $(uname -m)"
mkdir "$work/train"
cat >"$work/train/Program.cs" <<'END'
using Mxact;
using Mxact.Training.Layers;
using Mxact.Training.Native;
using Mxact.Training.Quantization;
using TorchSharp;
using static TorchSharp.torch;

LibTorch.Load();
random.manual_seed(7);
QuantizationScheme scheme = new() { Forward = MxFormats.Mxfp8E4M3, Backward = MxFormats.Mxfp8E4M3 };
QuantizedProducts products = new(scheme, new Quantizer());
using MxLinear layer = new(64, 32, products);
using Tensor x = randn(128, 64), target = randn(128, 32);
optim.Optimizer optimizer = optim.SGD(layer.parameters(), 0.5);
float first = 0, last = 0;
for (int step = 0; step < 5; step++)
{
    optimizer.zero_grad();
    using Tensor loss = nn.functional.mse_loss(layer.call(x), target);
    loss.backward();
    optimizer.step();
    last = loss.item<float>();
    first = step == 0 ? last : first;
}

// The libraries that are loaded: this program's own, or the private copy of the bridge for an older libstdc++.
string[] loaded = [.. File.ReadLines("/proc/self/maps").Where(line => line.Contains("libtorch_cpu", StringComparison.Ordinal))
    .Select(line => line[line.IndexOf('/', StringComparison.Ordinal)..]).Distinct()];
Console.WriteLine($"loss {first} -> {last}, libtorch from {string.Join(' ', loaded)}");
return last < first && loaded is [string one] && one.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal) ? 0 : 1;
END
program train Mxact.Training
sed 's#libtorch from .*/bin/#libtorch from its own bin/#' "$work/log"

step "the training README's own model, on the packed Mxact.Training"
mkdir "$work/waves"
awk '/^```csharp$/ { on = 1; block = ""; next }
    /^```$/ { if (on && block ~ /^using /) printf "%s", block; on = 0 }
    on { block = block $0 "\n" }' "$root/Training/README.md" >"$work/waves/Program.cs"
program waves Mxact.Training
cat "$work/log"
grep -q '^loss .* spikes, first event: none$' "$work/log" || wrong "the training README's program prints no loss and events"

echo "packages: all right"
