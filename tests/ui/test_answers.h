#pragma once

#include <QObject>

/// Answers in the window: reasoning that folds, blocks that are copied, formulas, and rows that come and go one by one.
class TestAnswers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reasoningIsFolded();
    void reasoningStreamsWhileItIsOpen();
    void reasoningIsCopiedApart();
    void toolCallsAreShown();
    void codeIsCopiedAsAWhole();
    void codeIsSaved();
    void codeThatCannotBeSavedIsTold();
    void formulasAreDrawn();
    void formulasThatGrowAreShownAsWritten();
    void selectedTextIsCopiedWithItsFormulas();
    void selectedTextIsQuoted();
    void onlyTheLastBlockChanges();
    void aFoundAnswerIsShown();
    void pictureLinksAreNotFetched();
    void aPictureIsLookedAtAndARegionAskedAbout();
    void conversationsAreExportedAndImported();
    void hostileAnswersAreShown_data();
    void hostileAnswersAreShown();

    // test_chart_view.cpp
    void marksCellsAndCitationsLightEachOther();
    void aCellIsEditedByKeyboard();
    void whatIsNoNumberStaysInItsField();
    void rowsAndSeriesAreAddedNamedAndRemoved();
    void theTableLiesOverThePicture();
    void doubtsAreExplained();
    void whatIsTooUncertainIsLeftOut();
    void whatTheSummarySaysIsHeldAgainstTheTable();
    void aChartIsCopiedAndSaved();
    void aWindowWithAChartClosesQuietly();
    void anOlderReadingIsEditedToo();
    void aChartIsToldInTheLanguageOfTheWindow();
};
