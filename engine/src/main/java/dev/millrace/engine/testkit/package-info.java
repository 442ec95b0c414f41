/** Tests of pipelines on one thread, under a clock and an order of turns that the test decides. */
@NullMarked
package dev.millrace.engine.testkit;

import org.jspecify.annotations.NullMarked;
