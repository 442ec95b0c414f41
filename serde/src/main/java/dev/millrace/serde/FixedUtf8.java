package dev.millrace.serde;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Keeps a {@code String} in the fixed part of the layout: room for so many bytes of UTF-8 in every value. A record with such
 * texts only is of fixed size, and makes keys that are quick to copy and compare. A longer text is refused when it is written.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE_USE})
public @interface FixedUtf8 {
    /** The longest text in bytes of UTF-8: 1 to {@link RecordLayout#MAX_FIXED_TEXT_BYTES}. */
    int value();
}
