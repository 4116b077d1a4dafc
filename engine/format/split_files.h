#pragma once

#include <filesystem>
#include <optional>
#include <string>

/// Names of models that are split over several files: NAME-00001-of-00003.gguf and so on (llama.cpp's gguf-split).
namespace conclave::engine
{

struct SplitName
{
    std::filesystem::path folder;
    std::string stem; ///< NAME
    int number = 1;   ///< from 1
    int count = 1;

    /// Where part `number`, from 1, lies.
    std::filesystem::path part(int number) const;
};

/// nullopt for a name that is no part of a split model. At most 99,999 parts.
std::optional<SplitName> splitName(const std::filesystem::path &file);

} // namespace conclave::engine
