#include "ui/code/code_language.h"

#include <QHash>
#include <QStringList>

#include <vector>

namespace conclave::ui
{
namespace
{

QSet<QString> words(const char *text)
{
    const QStringList list = QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts);
    return {list.begin(), list.end()};
}

CodeLanguage cLike(const char *name, const char *ending, const char *keywords, const char *types)
{
    CodeLanguage out;
    out.name = QString::fromLatin1(name);
    out.fileEnding = QString::fromLatin1(ending);
    out.keywords = words(keywords);
    out.types = words(types);
    out.lineComment = QStringLiteral("//");
    out.blockOpen = QStringLiteral("/*");
    out.blockClose = QStringLiteral("*/");
    return out;
}

CodeLanguage hashed(const char *name, const char *ending, const char *keywords, const char *types)
{
    CodeLanguage out = cLike(name, ending, keywords, types);
    out.lineComment = QStringLiteral("#");
    out.blockOpen.clear();
    out.blockClose.clear();
    return out;
}

std::vector<CodeLanguage> allLanguages()
{
    std::vector<CodeLanguage> all;
    all.push_back({}); // text
    all.back().fileEnding = QStringLiteral("txt");
    all.back().quotes.clear();
    all.push_back(
        cLike("C++", "cpp",
              "alignas alignof and asm auto break case catch class co_await co_return co_yield concept const consteval constexpr "
              "constinit const_cast continue decltype default delete do dynamic_cast else enum explicit export extern final for "
              "friend goto if import inline module mutable namespace new noexcept not operator or override private protected "
              "public register reinterpret_cast requires return sizeof static static_assert static_cast struct switch template "
              "this thread_local throw try typedef typeid typename union using virtual volatile while restrict",
              "bool char char8_t char16_t char32_t double float int long short signed unsigned void wchar_t size_t int8_t int16_t "
              "int32_t int64_t uint8_t uint16_t uint32_t uint64_t string vector map set optional true false nullptr NULL std"));
    all.push_back(
        hashed("Python", "py",
               "and as assert async await break case class continue def del elif else except finally for from global if import in "
               "is lambda match nonlocal not or pass raise return try while with yield",
               "True False None self int float str bool list dict set tuple bytes object print len range enumerate zip open super"));
    all.back().tripleQuotes = true;
    all.push_back(cLike("JavaScript", "js",
                        "async await break case catch class const continue debugger default delete do else export extends finally for from "
                        "function if import in instanceof let new of return static super switch this throw try typeof var void while with "
                        "yield",
                        "true false null undefined NaN Infinity Array Object String Number Boolean Map Set Promise Math JSON console"));
    all.back().backQuotes = true;
    all.push_back(
        cLike("TypeScript", "ts",
              "abstract as async await break case catch class const continue declare default delete do else enum export extends "
              "finally for from function if implements import in instanceof interface keyof let namespace new of private protected "
              "public readonly return satisfies static super switch this throw try type typeof var void while yield",
              "true false null undefined any unknown never string number boolean object symbol bigint Array Map Set Promise Record"));
    all.back().backQuotes = true;
    all.push_back(cLike("JSON", "json", "", "true false null"));
    all.back().quotes = QStringLiteral("\"");
    all.push_back(hashed("Shell", "sh",
                         "if then else elif fi for while until do done case esac in function select time return exit break continue local "
                         "export readonly declare set unset shift source trap eval exec",
                         "echo printf cd ls cat grep sed awk find cp mv rm mkdir touch chmod chown sudo apt git curl tar make cmake test"));
    all.back().dollars = true;
    all.push_back(
        cLike("SQL", "sql",
              "select from where and or not in is like between exists insert into values update set delete create table view index "
              "drop alter add column primary key foreign references unique check default join inner left right full outer cross on "
              "using group by having order asc desc limit offset union all distinct as case when then else end with recursive begin "
              "commit rollback transaction if over partition returning",
              "null true false int integer bigint smallint text varchar char real double float numeric decimal boolean date time "
              "timestamp blob count sum avg min max coalesce"));
    all.back().lineComment = QStringLiteral("--");
    all.back().foldsCase = true;
    CodeLanguage html;
    html.name = QStringLiteral("HTML");
    html.fileEnding = QStringLiteral("html");
    html.blockOpen = QStringLiteral("<!--");
    html.blockClose = QStringLiteral("-->");
    html.markup = true;
    all.push_back(html);
    html.name = QStringLiteral("XML");
    html.fileEnding = QStringLiteral("xml");
    all.push_back(html);
    all.push_back(cLike("CSS", "css", "important media import keyframes supports", "none auto inherit initial block flex grid inline"));
    all.back().lineComment.clear();
    all.push_back(cLike("Rust", "rs",
                        "as async await break const continue crate dyn else enum extern fn for if impl in let loop match mod move mut pub "
                        "ref return self Self static struct super trait type unsafe use where while",
                        "true false bool char str i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 String Vec Option Some None "
                        "Result Ok Err Box Rc Arc HashMap"));
    all.back().lifetimes = true;
    all.push_back(cLike("Go", "go",
                        "break case chan const continue default defer else fallthrough for func go goto if import interface map package "
                        "range return select struct switch type var",
                        "true false nil iota bool byte rune string int int8 int16 int32 int64 uint uint8 uint16 uint32 uint64 float32 "
                        "float64 complex64 complex128 error any make len cap append new panic recover"));
    all.back().backQuotes = true;
    all.push_back(
        cLike("Java", "java",
              "abstract assert break case catch class const continue default do else enum extends final finally for goto if "
              "implements import instanceof interface native new package private protected public record return sealed static "
              "strictfp super switch synchronized this throw throws transient try var volatile while yield",
              "true false null boolean byte char double float int long short void String Integer Long Double Object List Map Set"));
    all.push_back(
        cLike("C#", "cs",
              "abstract as async await base break case catch class const continue default delegate do else enum event explicit "
              "extern finally fixed for foreach get goto if implicit in init interface internal is lock namespace new operator out "
              "override params private protected public readonly record ref return sealed set sizeof static struct switch this "
              "throw try typeof unsafe using var virtual volatile where while yield",
              "true false null bool byte char decimal double float int long object sbyte short string uint ulong ushort void"));
    all.push_back(cLike("Kotlin", "kt",
                        "abstract as break by catch class companion continue data do else enum finally for fun if import in interface "
                        "internal is lateinit object open override package private protected public return sealed super suspend this throw "
                        "try typealias val var when while",
                        "true false null Int Long Double Float Boolean String Char List Map Set Any Unit Nothing"));
    all.push_back(hashed("YAML", "yaml", "", "true false null yes no on off"));
    all.back().keys = true;
    all.push_back(hashed("TOML", "toml", "", "true false"));
    all.back().keys = true;
    all.push_back(hashed("CMake", "cmake",
                         "if elseif else endif foreach endforeach while endwhile function endfunction macro endmacro return include set "
                         "unset option project add_executable add_library target_link_libraries target_include_directories find_package "
                         "install message list string file",
                         "ON OFF TRUE FALSE PUBLIC PRIVATE INTERFACE REQUIRED"));
    all.push_back(hashed("Dockerfile", "dockerfile", "FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG AS", ""));
    all.push_back(cLike("QML", "qml",
                        "import property alias signal function readonly required if else for while return let const var on component enum "
                        "pragma",
                        "true false null int real bool string url color var Item Rectangle Text"));
    return all;
}

QHash<QString, std::size_t> byName(const std::vector<CodeLanguage> &all)
{
    QHash<QString, std::size_t> out;
    for (std::size_t i = 1; i < all.size(); ++i) {
        out.insert(all[i].name.toLower(), i);
        out.insert(all[i].fileEnding, i);
    }
    const std::pair<const char *, const char *> kOthers[] = {
        {"c", "cpp"},      {"h", "cpp"},      {"hpp", "cpp"},           {"cc", "cpp"},     {"cxx", "cpp"},        {"cuda", "cpp"},
        {"objc", "cpp"},   {"python3", "py"}, {"pycon", "py"},          {"ipython", "py"}, {"node", "js"},        {"jsx", "js"},
        {"mjs", "js"},     {"tsx", "ts"},     {"jsonc", "json"},        {"json5", "json"}, {"bash", "sh"},        {"zsh", "sh"},
        {"console", "sh"}, {"fish", "sh"},    {"sqlite", "sql"},        {"mysql", "sql"},  {"postgresql", "sql"}, {"htm", "html"},
        {"svg", "xml"},    {"vue", "html"},   {"scss", "css"},          {"less", "css"},   {"golang", "go"},      {"csharp", "cs"},
        {"yml", "yaml"},   {"ini", "toml"},   {"docker", "dockerfile"}, {"kts", "kt"},     {"powershell", "sh"},  {"shellscript", "sh"},
    };
    for (const auto &[other, known] : kOthers)
        out.insert(QString::fromLatin1(other), out.value(QString::fromLatin1(known)));
    return out;
}

} // namespace

const CodeLanguage &languageOf(QStringView fence)
{
    static const std::vector<CodeLanguage> kAll = allLanguages();
    static const QHash<QString, std::size_t> kByName = byName(kAll);
    QString name = fence.toString().toLower();
    name.remove(u'{').remove(u'}');
    if (name.startsWith(u'.'))
        name.remove(0, 1);
    return kAll[kByName.value(name, 0)];
}

} // namespace conclave::ui
