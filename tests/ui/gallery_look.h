#pragma once

#include "tests/ui/window_fixture.h"

#include <QThreadPool>

#include <atomic>

/// Pictures of the window, and what a program can check of looks: nothing blank, nothing cut off, nothing on top of something else.
namespace conclave::tests
{

/// Takes the pictures of one test and writes them beside it, on threads of its own.
class Photographer
{
public:
    explicit Photographer(const QString &folder) : m_folder(folder) {}

    /// What is to be seen once nothing moves any more, checked, and written as `name`.png.
    void take(const WindowFixture &fixture, const QString &name);
    /// The same in the middle of things.
    void takeNow(const WindowFixture &fixture, const QString &name);
    /// Waits until everything is written; false: something could not be.
    bool finish();

private:
    void write(const QImage &picture, const QString &name);

    QString m_folder;
    QThreadPool m_writers;
    std::atomic<bool> m_failed = false;
};

/// Waits until the window draws nothing new and every picture in it is there.
void settle(const WindowFixture &fixture);

} // namespace conclave::tests
