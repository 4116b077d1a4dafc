#include "app/console/interrupt.h"

#include <QSocketNotifier>

#ifdef Q_OS_UNIX
#include <array>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace conclave::app
{

#ifdef Q_OS_UNIX

namespace
{

// A signal handler can reach nothing but globals: the two ends of the pipe it writes to.
std::array<int, 2> pipeEnds = {-1, -1};

void onSignal(int)
{
    const char byte = 0;
    [[maybe_unused]] const auto written = ::write(pipeEnds[1], &byte, 1);
}

bool openPipe()
{
    if (::pipe(pipeEnds.data()) != 0)
        return false;
    for (const int end : pipeEnds) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    return true;
}

void handle(void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler; // without SA_RESTART: a read from the keyboard ends too
    ::sigaction(SIGINT, &action, nullptr);
}

} // namespace

Interrupt::Interrupt(std::function<void()> pressed) : m_pressed(std::move(pressed))
{
    if (!openPipe())
        return;
    m_notifier = std::make_unique<QSocketNotifier>(pipeEnds[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        while (::read(pipeEnds[0], &byte, 1) == 1) {
        }
        m_pressed();
    });
    handle(onSignal);
}

Interrupt::~Interrupt()
{
    if (!m_notifier)
        return;
    handle(SIG_DFL);
    m_notifier.reset();
    ::close(pipeEnds[0]);
    ::close(pipeEnds[1]);
    pipeEnds = {-1, -1};
}

#else

Interrupt::Interrupt(std::function<void()> pressed) : m_pressed(std::move(pressed)) {}

Interrupt::~Interrupt() = default;

#endif

} // namespace conclave::app
