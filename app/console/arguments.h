#pragma once

#include <QString>
#include <QStringList>

/// What the command line asks for.
namespace conclave::app
{

enum class Command
{
    kWindow, ///< no subcommand; files are pictures to open
    kRead,
    kChat,
    kDescribe,
    kHelp,
    kVersion,
    kWrong, ///< `error` says why
};

struct Arguments
{
    Command command = Command::kWindow;
    QStringList files;
    QString model; ///< empty: the built-in one
    bool json = false;
    bool csv = false;
    QString error;
};

/// `arguments` without the program's name.
Arguments parseArguments(const QStringList &arguments);

QString usageText();

} // namespace conclave::app
