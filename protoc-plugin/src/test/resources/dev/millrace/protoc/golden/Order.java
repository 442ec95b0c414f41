// Made by millrace-protoc-plugin from shop.proto. Do not edit.
package com.example.shop;

import dev.millrace.serde.Key;
import dev.millrace.serde.Since;
import dev.millrace.serde.Tag;
import dev.millrace.serde.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An order.
 *
 * <p>Of one customer.
 *
 * @param customerId Who ordered.
 * @param status Where it stands.
 * @param payment How it is paid.
 */
public record Order(
        @Tag(1) @Key long customerId,
        @Tag(2) @Timestamp Instant orderedAt,
        @Tag(3) Status status,
        @Tag(4) List<Order.Item> items,
        @Tag(5) Map<String, Money> discounts,
        @Tag(6) @Since(2) Optional<String> voucher,
        @Tag(7) Duration patience,
        @Tag(8) Optional<Payment> payment,
        @Tag(13) Optional<KindChoice> kind,
        @Tag(12) Optional<Money> fee) {
    /** The version of this record. */
    public static final int VERSION = 3;

    /** How it is paid. */
    public sealed interface Payment {
        /** By card. */
        @Tag(8)
        record Card(@Tag(1) Order.Card card) implements Payment {}

        @Tag(9)
        record Invoice(@Tag(1) String invoice) implements Payment {}

        @Tag(10)
        record Token(@Tag(1) byte[] token) implements Payment {
            @Override
            public boolean equals(Object object) {
                return object instanceof Token that
                        && Arrays.equals(this.token, that.token);
            }

            @Override
            public int hashCode() {
                int hash = 1;
                hash = 31 * hash + Arrays.hashCode(this.token);
                return hash;
            }
        }
    }

    public sealed interface KindChoice {
        @Tag(13)
        record IsGift(@Tag(1) boolean isGift) implements KindChoice {}

        @Tag(14)
        record Special(@Tag(1) Order.Kind special) implements KindChoice {}
    }

    public enum Kind {
        PLAIN,
        FANCY
    }

    /** One line of an order. */
    public record Item(
            @Tag(1) String title,
            @Tag(2) Money price,
            @Tag(3) long count,
            @Tag(4) Order.Item.Size size) {
        public enum Size {
            SMALL,
            LARGE
        }
    }

    public record Card(
            @Tag(1) String number) {
    }
}
