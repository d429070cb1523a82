// The files of this folder through the parsers of Hugging Face; see README.md.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { gguf, GGMLQuantizationType } from "@huggingface/gguf";
import { parseSafetensorsMetadata } from "@huggingface/hub";

let failed = false;
function say(ok, text) {
  console.log(`${ok ? "ok  " : "FAIL"} ${text}`);
  failed ||= !ok;
}

// A hub that serves the files of a folder, ranges included.
function serving(folder) {
  return async (url, options = {}) => {
    const name = decodeURIComponent(new URL(url).pathname.split("/").pop());
    let content;
    try {
      content = readFileSync(`${folder}/${name}`);
    } catch {
      return new Response("Entry not found", { status: 404, headers: { "X-Error-Code": "EntryNotFound" } });
    }
    const headers = new Headers({ ETag: '"x"', "Content-Length": String(content.length) });
    const range = /bytes=(\d+)-(\d*)/.exec(new Headers(options.headers).get("Range") ?? "");
    const first = range ? Number(range[1]) : 0;
    const last = range && range[2] ? Math.min(Number(range[2]), content.length - 1) : content.length - 1;
    headers.set("Content-Range", `bytes ${first}-${last}/${content.length}`);
    return new Response(options.method === "HEAD" ? null : content.subarray(first, last + 1), { status: range ? 206 : 200, headers });
  };
}

// The header as it stands in the file, by nothing but the format's two sentences.
function headerOf(path) {
  const content = readFileSync(path);
  const length = Number(content.readBigUInt64LE(0));
  return { header: JSON.parse(content.subarray(8, 8 + length).toString()), data: content.length - 8 - length };
}

const shapes = {
  mxact: ["F4 64,128", "F8_E8M0 64,4"],
  "gpt-oss": ["U8 64,4,16", "U8 64,4"],
  "compressed-tensors-mxfp4": ["U8 64,64", "U8 64,4"],
  "quark-mxfp4": ["U8 64,64", "U8 64,4"],
  "mlx-mxfp4": ["U32 64,16", "U8 64,4"],
  "mxfp8-bytes": ["F8_E4M3 64,128", "U8 64,4"],
  "mlx-mxfp8": ["U32 64,32", "U8 64,4"],
  "modelopt-nvfp4": ["U8 64,64", "F8_E4M3 64,8", "F32 "],
  "compressed-tensors-nvfp4": ["U8 64,64", "F8_E4M3 64,8", "F32 1"],
  "nvfp4-plain": ["F4 64,128", "F8_E4M3 64,8"],
  "mlx-nvfp4": ["U32 64,16", "U8 64,8"],
};
for (const [layout, expected] of Object.entries(shapes)) {
  const path = `${layout}.safetensors`;
  const parsed = await parseSafetensorsMetadata({ repo: "x/y", path, fetch: serving(".") });
  const tensors = Object.entries(parsed.header).filter(([name]) => name !== "__metadata__").map(([, tensor]) => tensor);
  const found = tensors.map((t) => `${t.dtype} ${t.shape.join(",")}`).sort();
  const end = Math.max(...tensors.map((t) => t.data_offsets[1]));
  say(JSON.stringify(found) === JSON.stringify([...expected].sort()) && end === headerOf(path).data, `@huggingface/hub ${layout}: ${found.join("; ")}`);
}

const sharded = await parseSafetensorsMetadata({ repo: "x/y", fetch: serving("sharded") });
const index = JSON.parse(readFileSync("sharded/model.safetensors.index.json").toString());
say(
  sharded.sharded && Object.keys(sharded.headers).length === 2 && Object.keys(index.weight_map).length === 4 &&
    Object.entries(index.weight_map).every(([tensor, file]) => tensor in sharded.headers[file]),
  `@huggingface/hub index: ${Object.keys(index.weight_map).length} tensors in ${readdirSync("sharded").length - 1} files`,
);

for (const [format, type, bytes] of [["mxfp4", 39, 64 * 4 * 17], ["nvfp4", 40, 64 * 2 * 36]]) {
  const path = `gguf-${format}.gguf`;
  const { metadata, tensorInfos, tensorDataOffset } = await gguf(path, { allowLocalFile: true });
  const [tensor] = tensorInfos;
  const end = Number(tensorDataOffset) + Number(tensor.offset) + Math.ceil(bytes / 32) * 32;
  say(
    tensorInfos.length === 1 && tensor.name === "x.weight" && tensor.dtype === type && tensor.shape.map(Number).join() === "128,64" &&
      end === statSync(path).size && metadata["general.architecture"] === "mxact",
    `@huggingface/gguf ${format}: type ${tensor.dtype} (${GGMLQuantizationType[tensor.dtype]}), dimensions ${tensor.shape.map(Number).join(" x ")}`,
  );
}

process.exit(failed ? 1 : 0);
