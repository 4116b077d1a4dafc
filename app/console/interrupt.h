#pragma once

#include <QObject>

#include <functional>
#include <memory>

class QSocketNotifier;

namespace conclave::app
{

/// Ctrl-C as a call on the event loop while the object lives (one at a time). Where signals cannot be had (Windows), Ctrl-C ends the
/// program.
class Interrupt : public QObject
{
public:
    explicit Interrupt(std::function<void()> pressed);
    ~Interrupt() override;

private:
    std::function<void()> m_pressed;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace conclave::app
