package dev.millrace.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What has no layout is refused with the place, the type and what could stand there. */
final class LayoutRefusalTest {
    record Boxed(int id, Integer count) {}

    record Pair<L, R>(L left, R right) {}

    @SuppressWarnings("rawtypes") // What is refused.
    record HoldsRaw(Pair pair) {}

    record Chain(int id, Link link) {}

    record Link(Chain next) {}

    record Tree(int id, List<Tree> children) {}

    sealed interface Expression permits Literal, Sum {}

    record Literal(long value) implements Expression {}

    record Sum(Expression left, Expression right) implements Expression {}

    record Growing<T>(Optional<Growing<List<T>>> next) {}

    record Empty() {}

    record Inside(Dated dated) {}

    record Dated(Date day) {}

    record DeepInside(Map<String, List<Optional<Dated>>> all) {}

    @Test
    void refusesWhatHasNoLayoutAndNamesTheComponent() {
        assertRefused(Dated.class, "day", "component=day", "type=java.util.Date", "use java.time.Instant");
        assertRefused(Inside.class, "dated.day", "component=dated.day");
        assertRefused(DeepInside.class, "all[].value[]?.day", "component=all[].value[]?.day");
        assertRefused(Boxed.class, "count", "use int", "Optional<Integer>");
        assertRefused(Pair.class, "", "type parameters");
        assertRefused(HoldsRaw.class, "pair", "type parameters");
        assertRefused(List.class, "", "type parameters");
        assertRefused(Empty.class, "", "componentCount=0");
        assertRefused(void.class, "", "void", "use a primitive");
        assertRefused(Object.class, "", "java.lang.Object", "use a primitive");
        assertRefused(Record.class, "", "java.lang.Record");
    }

    @Test
    void refusesTypesInsideThemselves() {
        assertRefused(Chain.class, "link.next", "inside itself");
        assertRefused(Tree.class, "children[]", "inside itself");
        assertRefused(Expression.class, "(Sum).left", "inside itself");
        UnsupportedTypeException refusal =
                assertThrows(UnsupportedTypeException.class, () -> RecordLayout.of(new TypeToken<Growing<Long>>() {}));
        assertTrue(refusal.getMessage().contains("inside each other: limit=32"), refusal.getMessage());
    }

    @SuppressWarnings("ArrayRecordComponent") // What is tested.
    record Objects(String[] names) {}

    @SuppressWarnings("ArrayRecordComponent") // What is tested.
    record Grid(int[][] cells) {}

    record Sets(Set<String> names) {}

    record Lists(ArrayList<String> names) {}

    record MaybeInt(OptionalInt count) {}

    record Big(BigInteger count) {}

    record Wild(List<? extends Number> numbers) {}

    record Free<T>(List<T[]> numbers) {}

    record ArrayKey(Map<List<byte[]>, String> names) {}

    interface Open {}

    record HoldsOpen(Open open) {}

    sealed interface Mixed permits Plain, Constant {}

    record Plain(int value) implements Mixed {}

    enum Constant implements Mixed {
        ONE
    }

    sealed interface Loose permits LooseRecord {}

    record LooseRecord<T>(T value) implements Loose {}

    @Test
    void saysWhatToUseInstead() {
        assertRefused(Objects.class, "names", "use java.util.List");
        assertRefused(Grid.class, "cells", "use java.util.List");
        assertRefused(Sets.class, "names", "use a List");
        assertRefused(Lists.class, "names", "use java.util.List");
        assertRefused(MaybeInt.class, "count", "use Optional<Integer>");
        assertRefused(Big.class, "count", "use java.math.BigDecimal");
        assertRefused(Wild.class, "numbers", "wildcard");
        assertRefused(ArrayKey.class, "names[].key", "identity");
        assertRefused(HoldsOpen.class, "open", "sealed interface of records");
        assertRefused(Mixed.class, "(Constant)", "make it a record");
        assertRefused(Loose.class, "(LooseRecord)", "type parameters");
        UnsupportedTypeException refusal =
                assertThrows(UnsupportedTypeException.class, () -> RecordLayout.of(new TypeToken<Free<Long>>() {}));
        assertEquals("numbers", refusal.componentPath());
    }

    record TwoTags(@Tag(3) int a, @Tag(3) int b) {}

    record TagOfAnother(int a, @Tag(1) int b) {}

    record NoTag(@Tag(0) int a) {}

    record ReservedTag(@Tag(19_000) int a) {}

    record NoVersion(@Since(0) int a) {}

    record TimeOfText(@Timestamp String a) {}

    record TwoTimes(@Timestamp long a, @Timestamp Instant b) {}

    record FixedNumber(@FixedUtf8(3) int a) {}

    record FixedNothing(@FixedUtf8(0) String a) {}

    record FixedTooMuch(@FixedUtf8(4097) String a) {}

    @Test
    void refusesAnnotationsThatSayNothingSensible() {
        assertRefused(TwoTags.class, "b", "@Tag is taken: tag=3");
        assertRefused(TagOfAnother.class, "b", "@Tag is taken: tag=1");
        assertRefused(NoTag.class, "a", "tag=0");
        assertRefused(ReservedTag.class, "a", "tag=19000");
        assertRefused(NoVersion.class, "a", "version=0");
        assertRefused(TimeOfText.class, "a", "@Timestamp is for");
        assertRefused(TwoTimes.class, "b", "first=a");
        assertRefused(FixedNumber.class, "a", "@FixedUtf8 is for String");
        assertRefused(FixedNothing.class, "a", "bytes=0", "max=4096");
        assertRefused(FixedTooMuch.class, "a", "bytes=4097");
    }

    record L10(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {}

    record L100(L10 a, L10 b, L10 c, L10 d, L10 e, L10 f, L10 g, L10 h, L10 i, L10 j) {}

    record L1000(L100 a, L100 b, L100 c, L100 d, L100 e, L100 f, L100 g, L100 h, L100 i, L100 j) {}

    record TooWide(L1000 a, L1000 b, L100 c) {}

    record TooMany(List<L1000> a, List<L1000> b, List<L1000> c, List<L1000> d) {}

    record LongName(
            int
                    thisNameIsLongerThanAnyoneWouldLikeToReadInOneGoAndItGoesOnAndOnWithoutSayingAnythingNewToItsReaderWhoIsBoredByNowButItHasToPassTheLimitOfTwoHundredAndFiftySixCharsThatTheLayoutSetsForNamesSoHereAreSomeMoreWordsThatSayNothingWhatsoeverAndThenAFewMoreOfThemUntilItIsLongEnoughAtLast) {}

    @Test
    void refusesWhatPassesALimit() {
        assertEquals(8000, RecordLayout.of(L1000.class).fixedBytes());
        assertRefused(TooWide.class, "", "limitBytes=16384");
        assertRefused(TooMany.class, "d[].g.i.b", "too many fields: limit=4096");
        assertRefused(LongName.class, LongName.class.getRecordComponents()[0].getName(), "limitChars=256");
    }

    @Test
    void refusesATokenThatNamesNothing() {
        class Named<T> extends TypeToken<T> {}
        class Twice extends Named<Long> {}
        assertThrows(UnsupportedTypeException.class, () -> RecordLayout.of(new Named<Long>()));
        assertThrows(IllegalStateException.class, Twice::new);
    }

    private static void assertRefused(Class<?> type, String path, String... parts) {
        UnsupportedTypeException refusal =
                assertThrows(UnsupportedTypeException.class, () -> RecordLayout.of(type), type.getName());
        assertEquals(path, refusal.componentPath(), refusal.getMessage());
        assertTrue(refusal.getMessage().startsWith("unsupported type: record="), refusal.getMessage());
        for (String part : parts) {
            assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
        }
    }
}
