package dev.millrace.serde;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives a component, or a record among the alternatives of a sealed interface, its field number in Protobuf. Without it the
 * number is the place in the declaration, from 1. A number stays with its meaning for as long as there is old data: with
 * numbers of their own, components may be renamed and moved.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.TYPE})
public @interface Tag {
    /** 1 to 536,870,911, without 19,000 to 19,999, which Protobuf keeps to itself. Unique within the record. */
    int value();
}
