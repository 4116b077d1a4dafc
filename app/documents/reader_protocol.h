#pragma once

/// What conclave-reader (app/reader) and its caller agree on. The file comes on standard input, whole. The first argument says what is
/// wanted on standard output:
///   pdf-text               the number of pages in a line of its own, then a line of JSON ({"text": "…"}) for each page
///   pdf-page INDEX PIXELS  a PNG file, its longer side of so many pixels
///   svg                    a PNG file
namespace conclave::app::reader
{

enum Exit
{
    kDone = 0,
    kUsage = 2,
    kLocked = 3,  ///< a password is needed
    kDamaged = 4, ///< not of that kind, or broken
    kNoPage = 5,  ///< no such page, or one that cannot be drawn
    kMemory = 6,
};

inline constexpr long long kMaxBytes = 64'000'000;
inline constexpr int kMaxPixels = 4096; ///< of a picture's longer side
inline constexpr int kMinPixels = 1024; ///< SVG pictures are drawn at least so large: they have no pixels of their own
inline constexpr int kMostAspect = 50;  ///< of a picture's sides: beyond that it is none

} // namespace conclave::app::reader
