// What nibbles mean, a vector of them at a time, written on `Lanes`. Everything is local to the including file.

namespace conclave::kernels
{
namespace
{

/// of(nibbles): the values of a type's nibbles, as T::bytes gives them. Not known where a type is more than nibbles.
template <class T>
struct NibbleValues
{
    static constexpr bool kKnown = false;
};
template <>
struct NibbleValues<SimpleQ4_0>
{
    static constexpr bool kKnown = true;
    static Lanes::Ints of(Lanes::Ints nibbles) { return nibbles; }
};
template <>
struct NibbleValues<SimpleQ4_1> : NibbleValues<SimpleQ4_0>
{
};
template <>
struct NibbleValues<SimpleIQ4_NL>
{
    static constexpr bool kKnown = true;
    static Lanes::Ints of(Lanes::Ints nibbles) { return Lanes::table(kIQ4Values, nibbles); }
};
template <>
struct NibbleValues<SimpleMXFP4>
{
    static constexpr bool kKnown = true;
    static Lanes::Ints of(Lanes::Ints nibbles) { return Lanes::table(kFP4Unsigned, nibbles); }
};

} // namespace
} // namespace conclave::kernels
