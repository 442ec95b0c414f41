// Made by millrace-protoc-plugin from shop.proto. Do not edit.
package com.example.shop;

import dev.millrace.serde.Tag;
import java.util.Arrays;
import java.util.Optional;

/** Names that meet those of Java, and of what the records use. */
public record Shadow(
        @Tag(1) Shadow.String string,
        @Tag(2) Shadow.List list,
        @Tag(3) Optional<Shadow.Instant> instant,
        @Tag(4) Optional<Choice> choice) {
    public sealed interface Choice {
        @Tag(4)
        record Money(@Tag(1) java.lang.String money) implements Choice {}

        @Tag(5)
        record Integer(@Tag(1) com.example.shop.Money integer) implements Choice {}
    }

    public record String(
            @Tag(1) java.time.Instant time,
            @Tag(2) java.util.List<java.lang.String> words) {
    }

    public record List(
            @Tag(1) byte[] raw) {
        @Override
        public boolean equals(Object object) {
            return object instanceof List that
                    && Arrays.equals(this.raw, that.raw);
        }

        @Override
        public int hashCode() {
            int hash = 1;
            hash = 31 * hash + Arrays.hashCode(this.raw);
            return hash;
        }
    }

    public record Instant(
            @Tag(1) long object,
            @Tag(2) long that,
            @Tag(3) byte[] hash) {
        @Override
        public boolean equals(Object object) {
            return object instanceof Instant that
                    && this.object == that.object
                    && this.that == that.that
                    && Arrays.equals(this.hash, that.hash);
        }

        @Override
        public int hashCode() {
            int hash = 1;
            hash = 31 * hash + Long.hashCode(this.object);
            hash = 31 * hash + Long.hashCode(this.that);
            hash = 31 * hash + Arrays.hashCode(this.hash);
            return hash;
        }
    }
}
