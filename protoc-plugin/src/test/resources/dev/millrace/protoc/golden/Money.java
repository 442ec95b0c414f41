// Made by millrace-protoc-plugin from shop.proto. Do not edit.
package com.example.shop;

import dev.millrace.serde.Tag;

public record Money(
        @Tag(1) long units,
        @Tag(2) int nanos) {
}
