#pragma once

#include <string>

/// Models larger than memory.
namespace conclave::bench
{

/// Tokens a second of `file` with `gigabytes` of memory (0: what is free), beside what the disk allows for what had to be read: tokens that
/// are all different and tokens as frequent as words of a text, with and without reading ahead, by io_uring and by threads. Each for
/// `seconds`.
void streamExperts(const std::string &file, double gigabytes, double seconds);

/// What the first tokens after loading find in memory, tokens as frequent as words: after 0, 1, 2 and 3 earlier sessions of so many tokens,
/// all of them other tokens, whose experts were counted.
void startWarm(const std::string &file, double gigabytes, int tokens);

/// What a trial without experts says that memory of several sizes would find, and how long it takes.
void tryStreaming(const std::string &file);

} // namespace conclave::bench
