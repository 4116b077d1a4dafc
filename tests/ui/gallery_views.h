#pragma once

#include "tests/ui/window_fixture.h"

/// The views of the program that the gallery shows: what a window has to be led to.
namespace conclave::tests
{

struct GalleryView
{
    QString name;
    Script script;
    std::function<void(const WindowFixture &)> show;
    QList<QSize> sizes{{960, 640}, {1920, 1200}}; ///< that every view is looked at in
    QList<QSize> narrow = {};                     ///< further ones
    bool contrast = false;                        ///< in high contrast instead of light and dark
    /// What has to be done anew in each look: what was scrolled to, words of the moment. Often none.
    std::function<void(const WindowFixture &)> again = nullptr;
};

QList<GalleryView> chartViews();
QList<GalleryView> conversationViews();
QList<GalleryView> answerViews();
QList<GalleryView> attachmentViews();
QList<GalleryView> libraryViews();
QList<GalleryView> programViews();
QList<GalleryView> expertViews();

/// Sends a question and waits for its answer.
void askAndWait(const WindowFixture &fixture, const QString &question);

inline constexpr QSize kNarrow{480, 700};
inline constexpr auto kMarkdown =
    "The **mean** adds all values and divides by their number; the **median** is the one in the middle.\n\n"
    "1. Sort the values.\n2. Take the middle one.\n\n"
    "| values | mean | median |\n|---|---|---|\n| 1, 2, 9 | 4 | 2 |\n| 2, 2, 2 | 2 | 2 |\n\n"
    "```\nmedian = sorted(values)[len(values) // 2]\n```\n\nOne large value moves the mean, *not* the median.";

} // namespace conclave::tests
