/** The demo's job: flights of one month, aggregated in three ways. */
@NullMarked
package dev.millrace.examples.flights;

import org.jspecify.annotations.NullMarked;
