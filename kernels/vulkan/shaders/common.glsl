// Shared by all shaders: memory by address, exact conversions, activations. Compiled with Vulkan 1.2.
#extension GL_EXT_buffer_reference : require
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#extension GL_EXT_control_flow_attributes : require

layout(buffer_reference, std430, buffer_reference_align = 4) buffer Word { uint value; };
layout(buffer_reference, std430, buffer_reference_align = 4) buffer Float { float value; };

float loadFloat(uint64_t address) { return Float(address).value; }
void storeFloat(uint64_t address, float value) { Float(address).value = value; }

// The 16 bits at an even address.
uint loadHalfBits(uint64_t address)
{
    const uint word = Word(address & ~uint64_t(3)).value;
    return (uint(address) & 2u) != 0u ? word >> 16 : word & 0xFFFFu;
}

// The 32 bits at an even address.
uint loadWord(uint64_t address)
{
    if ((uint(address) & 2u) == 0u)
        return Word(address).value;
    return loadHalfBits(address) | loadHalfBits(address + 2) << 16;
}

// binary16 to float, subnormals kept (unpackHalf2x16 may flush them, and small block scales are subnormal).
float halfToFloat(uint bits)
{
    const uint exponent = bits >> 10 & 0x1Fu;
    const uint mantissa = bits & 0x3FFu;
    const uint sign = (bits & 0x8000u) << 16;
    if (exponent == 0u)
        return (sign != 0u ? -1.0 : 1.0) * float(mantissa) * 5.9604644775390625e-8; // 2^-24
    return uintBitsToFloat(sign | (exponent == 31u ? 0x7F800000u : exponent + 112u << 23) | mantissa << 13);
}

// The end of a call whose weights may lie on grids: where the tables are (VulkanDevice::grids).
#ifdef GRID_TYPES
#define GRIDS layout(offset = 120) uint64_t grids;
#else
#define GRIDS
#endif

// Position of this group when more groups are wanted than one dimension holds.
uint groupIndex() { return gl_WorkGroupID.y * gl_NumWorkGroups.x + gl_WorkGroupID.x; }

const uint kSilu = 1u;
const uint kGeluTanh = 2u;
const uint kSigmoid = 3u;
const uint kGptOss = 4u;

// Below -87 a float32 holds it no more (and exp of more might not be finite).
float sigmoid(float x) { return x < -87.0 ? 0.0 : 1.0 / (1.0 + exp(min(-x, 87.0))); }

// log(1 + exp(x)).
float softplus(float x)
{
    const float y = exp(-abs(x)); // log(1 + y) loses a small y
    return max(x, 0.0) + (y < 0.01 ? y * (1.0 - y * (0.5 - y * (1.0 / 3.0))) : log(1.0 + y));
}

float activate(uint activation, float x)
{
    if (activation == kSilu)
        return x * sigmoid(x);
    if (activation == kGeluTanh) // (1 + tanh(u)) / 2 = sigmoid(2u)
        return x * sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x));
    if (activation == kSigmoid)
        return sigmoid(x);
    return x;
}

// One value of GatedActivationArgs; limit 0: none.
float gatedValue(uint activation, float limit, float gate, float up)
{
    if (limit > 0.0)
    {
        gate = min(gate, limit);
        up = clamp(up, -limit, limit);
    }
    return activation == kGptOss ? gate * sigmoid(1.702 * gate) * (up + 1.0) : activate(activation, gate) * up;
}
