#pragma once

#include <QObject>

/// Charts from the model's words to a table, and what is made of it: test_chart_parser.cpp reads, test_chart_table.cpp edits and
/// draws, test_series_match.cpp and
/// test_coloured_bars.cpp look at colours.
class TestChartParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAWholeAnswer();
    void anEndWithoutItsMarkIsCompleteOnlyWhenTheModelEnded();
    void everySplitGivesTheSameReading();
    void placesAreInTheUsersPixels();
    void confidenceIsTheLeastOfTheNumber();
    void placesCorrectNumbers();
    void axesThatCorrectNothing_data();
    void axesThatCorrectNothing();
    void unfinishedNumbersDoNotCount();
    void copiesOfAReadingDoNotChange();
    void hostileText_data();
    void hostileText();
    void randomBytesNeverCrash();
    void citations_data();
    void citations();
    void numbersThatAreNotCited();
    void wordsOfTheLanguage();
    void printsWhatTheReferencePrints();
    void placesAgreeWithTheRecipe();
    void logarithmicAxes();
    void partsOfStacks();
    void severalAxes();
    void namesOfPoints();
    void seriesThatNothingNames_data();
    void seriesThatNothingNames();
    void aPictureOfSomethingElse();
    void answersAboutATable();
    void jsonComesBack();
    void storedJson();
    void hostileJson();
    void languagesOfQuestions();
    void csvAndMarkdown();
    void numbers_data();
    void numbers();
    void numberParsing();

    // test_chart_table.cpp
    void axesLieOnThePicture();
    void tablesArePlottedOverTheirPicture();
    void stacksArePlottedOnOneAnother();
    void slicesArePlottedRoundTheirPie_data();
    void slicesArePlottedRoundTheirPie();
    void slicesThatLieOnNoCircle_data();
    void slicesThatLieOnNoCircle();
    void cellsOfAHeatmapArePlotted();
    void whatWasAddedFindsItsPlace();
    void cellsAreEdited();
    void rowsAndSeriesComeAndGo();
    void whatCannotBeEdited();
    void typedNumbers_data();
    void typedNumbers();
    void theSummaryFollowsTheTable();
    void theEditedTableIsKeptBesideTheOther();
    void whatOlderVersionsReadCanBeEdited();
    void disagreementsStandBehindTheirWords();
    void anEditedTableIsToldToTheReader();
    void claims_data();
    void claims();
    void trendsThatTheTableContradicts();
    void hostileClaims();
    void workbooksAreReadAgain();
    void chartsAreDrawnAnew_data();
    void chartsAreDrawnAnew();
    void linesThatCrossKeepTheirColours();
    void seriesFollowTheLegendsOrder();
    void namesReadFromTheFootOfALegendAreKnown();
    void pointsOfAnotherLineAreLookedFor_data();
    void pointsOfAnotherLineAreLookedFor();
    void marksStandWhereThePictureShowsThem_data();
    void marksStandWhereThePictureShowsThem();
    void marksStayWhereThePictureShowsNothing_data();
    void marksStayWhereThePictureShowsNothing();
    void aTickStandsOnItsLine();
    void namesWrittenTwiceAreDoubtful();
    void namesThatRun_data();
    void namesThatRun();
    void pointsThatWerePassedOver_data();
    void pointsThatWerePassedOver();
    void rowsStayWhereNothingWasPassedOver_data();
    void rowsStayWhereNothingWasPassedOver();
    void aPointThatIsNotFoundIsMissing();
    void coloursOfMarksAreNoted();
    void withoutALegendMarksStay_data();
    void withoutALegendMarksStay();
    void legendsInLinesAreFound();
    void signsOfLinesAreFound_data();
    void signsOfLinesAreFound();
    void greyPiecesOfLinesAreSigns();
    void signsBesideThePlotComeFirst();
    void blendsOfAColourAndTheGroundAreSeen();
    void slicesFollowTheLegend();
    void stacksWithAReversedLegendStay();
    void namesMayRunDownTheColumnsOfALegend_data();
    void namesMayRunDownTheColumnsOfALegend();
    void namesOfAStackFollowItsReversedLegend_data();
    void namesOfAStackFollowItsReversedLegend();

    // test_claim_trust.cpp
    void uncertainStatementsAreLeftOut_data();
    void uncertainStatementsAreLeftOut();
    void theFirstSentenceOfAnAnswerStays();
    void whereSentencesEnd_data();
    void whereSentencesEnd();
    void whatTheUserTypedIsCertain();
    void trustFallsWithWhatIsDoubtful();

    // test_coloured_bars.cpp
    void barsAreReadByTheirColours_data();
    void barsAreReadByTheirColours();
    void greyBarsStayAsTheyWereRead();
    void foundBarsAreDoubted();
};
