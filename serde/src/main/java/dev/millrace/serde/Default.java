package dev.millrace.serde;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says what an added component is in values that were written before there was such a component. Without it, that is zero,
 * false, the empty text or collection, the first constant, the epoch, or no value.
 *
 * <p>It speaks of old data only: nothing is put into the constructor, and a message that was written with the component and
 * does not show it means zero.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /**
     * The value as text: a number, {@code true} or {@code false}, a char, a constant's name, a text, or what the
     * {@code parse} of a time, of {@code UUID} or the constructor of {@code BigDecimal} takes; of an optional, the value.
     */
    String value();
}
