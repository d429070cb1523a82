// LLVM's APFloat behind the suite's text protocol (Vectors/PROTOCOL.md): every conversion is APFloat::convert, nothing is computed here.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include <llvm/ADT/APFloat.h>
#include <llvm/ADT/APInt.h>

using llvm::APFloat;
using llvm::APFloatBase;
using llvm::APInt;
using llvm::fltSemantics;

namespace {

const std::string unsupported = "unsupported";

struct Format {
    const fltSemantics *semantics;
    unsigned digits;      // hexadecimal digits of a code on the wire
    bool always_finite;   // neither infinity nor NaN: both answers to overflow are max normal
};

const Format *find(const std::string &name) {
    static const std::map<std::string, Format> formats = {
        {"fp32", {&APFloatBase::IEEEsingle(), 8, false}},
        {"fp16", {&APFloatBase::IEEEhalf(), 4, false}},
        {"bf16", {&APFloatBase::BFloat(), 4, false}},
        {"e5m2", {&APFloatBase::Float8E5M2(), 2, false}},
        {"e4m3", {&APFloatBase::Float8E4M3FN(), 2, false}},
        {"e5m2fnuz", {&APFloatBase::Float8E5M2FNUZ(), 2, false}},
        {"e4m3fnuz", {&APFloatBase::Float8E4M3FNUZ(), 2, false}},
        {"e3m2", {&APFloatBase::Float6E3M2FN(), 2, true}},
        {"e2m3", {&APFloatBase::Float6E2M3FN(), 2, true}},
        {"e2m1", {&APFloatBase::Float4E2M1FN(), 2, true}},
        {"e8m0", {&APFloatBase::Float8E8M0FNU(), 2, false}},
    };
    const auto found = formats.find(name);
    return found == formats.end() ? nullptr : &found->second;
}

std::optional<APFloat::roundingMode> rounding(const std::string &name) {
    static const std::map<std::string, APFloat::roundingMode> modes = {
        {"ties-to-even", APFloat::rmNearestTiesToEven},   {"ties-to-away", APFloat::rmNearestTiesToAway},
        {"toward-zero", APFloat::rmTowardZero},           {"toward-positive", APFloat::rmTowardPositive},
        {"toward-negative", APFloat::rmTowardNegative},
    };
    const auto found = modes.find(name);
    return found == modes.end() ? std::nullopt : std::optional(found->second);
}

std::string hex(uint64_t bits, unsigned digits) {
    static const char letters[] = "0123456789abcdef";
    std::string text(digits, '0');
    for (unsigned i = 0; i < digits; i++) {
        text[digits - 1 - i] = letters[(bits >> (4 * i)) & 15];
    }
    return text;
}

std::string convert(const Format &from, const Format &to, APFloat::roundingMode mode, const std::string &operand) {
    if (operand.size() != from.digits || operand.find_first_not_of("0123456789abcdef") != std::string::npos) {
        std::cerr << "apfloat: an operand of " << from.digits << " hexadecimal digits is needed\n";
        std::exit(2);
    }
    const unsigned bits = APFloat::getSizeInBits(*from.semantics);
    APFloat value(*from.semantics, APInt(bits, std::strtoull(operand.c_str(), nullptr, 16)));
    bool loses = false;
    value.convert(*to.semantics, mode, &loses);
    return hex(value.bitcastToAPInt().getZExtValue(), to.digits);
}

std::string answer(const std::string &line) {
    std::istringstream words(line);
    std::string operation, name, word, operand;
    words >> operation >> name;
    std::string mode = "ties-to-even", overflow = "saturate", from = "fp32";
    while (words >> word) {
        const auto equals = word.find('=');
        if (equals == std::string::npos) {
            if (!operand.empty()) {
                return unsupported;   // random bits, a block
            }
            operand = word;
            continue;
        }
        const std::string key = word.substr(0, equals), value = word.substr(equals + 1);
        if (key == "rounding") {
            mode = value;
        } else if (key == "overflow") {
            overflow = value;
        } else if (key == "from") {
            from = value;
        } else {
            return unsupported;
        }
    }
    const Format *format = find(name), *input = find(from), *single = find("fp32");
    const auto rounded = rounding(mode);
    if (format == nullptr || input == nullptr || !rounded) {
        return unsupported;
    }
    if (operation == "decode") {
        return convert(*format, *single, *rounded, operand);
    }
    // APFloat does not saturate.
    return operation == "encode" && (overflow == "non-finite" || format->always_finite) ? convert(*input, *format, *rounded, operand)
                                                                                         : unsupported;
}

} // namespace

int main() {
    std::ios::sync_with_stdio(false);   // cin stays tied to cout: what is answered is out before more is waited for
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << answer(line) << '\n';
    }
    return 0;
}
