/** What a user writes. */
@NullMarked
package dev.millrace.examples;

import org.jspecify.annotations.NullMarked;
