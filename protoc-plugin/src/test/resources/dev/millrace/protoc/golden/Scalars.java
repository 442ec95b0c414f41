// Made by millrace-protoc-plugin from shop.proto. Do not edit.
package com.example.shop;

import dev.millrace.serde.Tag;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All scalars, alone and repeated, and words that Java keeps to itself. */
public record Scalars(
        @Tag(1) double twice,
        @Tag(2) float single,
        @Tag(3) int int32,
        @Tag(4) long long_,
        @Tag(5) long uint32,
        @Tag(6) long uint64,
        @Tag(7) int sint32,
        @Tag(8) long sint64,
        @Tag(9) long fixed32,
        @Tag(10) long fixed64,
        @Tag(11) int sfixed32,
        @Tag(12) long sfixed64,
        @Tag(13) boolean class_,
        @Tag(14) String hashCode_,
        @Tag(15) byte[] raw,
        @Tag(16) double[] twices,
        @Tag(17) float[] singles,
        @Tag(18) int[] ints,
        @Tag(19) long[] longs,
        @Tag(20) boolean[] flags,
        @Tag(21) List<String> texts,
        @Tag(22) List<byte[]> raws,
        @Tag(23) List<Status> statuses,
        @Tag(24) List<Instant> times,
        @Tag(25) Map<Integer, byte[]> rawsById,
        @Tag(26) Map<Long, Double> numbers,
        @Tag(27) Optional<byte[]> maybeRaw,
        @Tag(28) Optional<Long> maybeLong,
        @Tag(29) Optional<Status> maybeStatus) {
    @Override
    public boolean equals(Object object) {
        return object instanceof Scalars that
                && Double.compare(this.twice, that.twice) == 0
                && Float.compare(this.single, that.single) == 0
                && this.int32 == that.int32
                && this.long_ == that.long_
                && this.uint32 == that.uint32
                && this.uint64 == that.uint64
                && this.sint32 == that.sint32
                && this.sint64 == that.sint64
                && this.fixed32 == that.fixed32
                && this.fixed64 == that.fixed64
                && this.sfixed32 == that.sfixed32
                && this.sfixed64 == that.sfixed64
                && this.class_ == that.class_
                && this.hashCode_.equals(that.hashCode_)
                && Arrays.equals(this.raw, that.raw)
                && Arrays.equals(this.twices, that.twices)
                && Arrays.equals(this.singles, that.singles)
                && Arrays.equals(this.ints, that.ints)
                && Arrays.equals(this.longs, that.longs)
                && Arrays.equals(this.flags, that.flags)
                && this.texts.equals(that.texts)
                && Arrays.deepEquals(this.raws.toArray(), that.raws.toArray())
                && this.statuses.equals(that.statuses)
                && this.times.equals(that.times)
                && this.rawsById.keySet().equals(that.rawsById.keySet()) && this.rawsById.entrySet().stream().allMatch(each -> Arrays.equals(each.getValue(), that.rawsById.get(each.getKey())))
                && this.numbers.equals(that.numbers)
                && Arrays.equals(this.maybeRaw.orElse(null), that.maybeRaw.orElse(null))
                && this.maybeLong.equals(that.maybeLong)
                && this.maybeStatus.equals(that.maybeStatus);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        hash = 31 * hash + Double.hashCode(this.twice);
        hash = 31 * hash + Float.hashCode(this.single);
        hash = 31 * hash + Integer.hashCode(this.int32);
        hash = 31 * hash + Long.hashCode(this.long_);
        hash = 31 * hash + Long.hashCode(this.uint32);
        hash = 31 * hash + Long.hashCode(this.uint64);
        hash = 31 * hash + Integer.hashCode(this.sint32);
        hash = 31 * hash + Long.hashCode(this.sint64);
        hash = 31 * hash + Long.hashCode(this.fixed32);
        hash = 31 * hash + Long.hashCode(this.fixed64);
        hash = 31 * hash + Integer.hashCode(this.sfixed32);
        hash = 31 * hash + Long.hashCode(this.sfixed64);
        hash = 31 * hash + Boolean.hashCode(this.class_);
        hash = 31 * hash + this.hashCode_.hashCode();
        hash = 31 * hash + Arrays.hashCode(this.raw);
        hash = 31 * hash + Arrays.hashCode(this.twices);
        hash = 31 * hash + Arrays.hashCode(this.singles);
        hash = 31 * hash + Arrays.hashCode(this.ints);
        hash = 31 * hash + Arrays.hashCode(this.longs);
        hash = 31 * hash + Arrays.hashCode(this.flags);
        hash = 31 * hash + this.texts.hashCode();
        hash = 31 * hash + Arrays.deepHashCode(this.raws.toArray());
        hash = 31 * hash + this.statuses.hashCode();
        hash = 31 * hash + this.times.hashCode();
        hash = 31 * hash + this.rawsById.keySet().hashCode();
        hash = 31 * hash + this.numbers.hashCode();
        hash = 31 * hash + Arrays.hashCode(this.maybeRaw.orElse(null));
        hash = 31 * hash + this.maybeLong.hashCode();
        hash = 31 * hash + this.maybeStatus.hashCode();
        return hash;
    }
}
