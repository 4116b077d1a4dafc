#pragma once

#include <QByteArray>
#include <QPair>
#include <QString>
#include <QStringList>
#include <QVector>

/// Real documents, made where they are needed.
namespace conclave::tests
{

struct ZipFile
{
    QString name;
    QByteArray bytes;
};

QByteArray makeZip(const QVector<ZipFile> &files, const QByteArray &password = {});
/// `body`: what stands in w:body.
QByteArray makeDocx(const QByteArray &body);
struct SheetXml
{
    QString name;
    QByteArray rows; ///< what stands in sheetData
};
/// `strings`: what stands in sst; the third style is a date.
QByteArray makeXlsx(const QVector<SheetXml> &sheets, const QByteArray &strings = {});
/// A page for each text; an empty one has a red square and no words. Needs a QGuiApplication.
QByteArray makePdf(const QStringList &pages);
/// `pages` times the same empty page; `trailer` goes into the trailer's dictionary.
QByteArray makeEmptyPdf(int pages, const QByteArray &trailer = {}, const QByteArray &objects = {});
/// Two frames of 16 × 16, red, then blue.
QByteArray makeGif();

} // namespace conclave::tests
