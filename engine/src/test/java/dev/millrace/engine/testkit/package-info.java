/** What end-to-end tests share: inputs, a plain-Java oracle, a clock by hand, and lives of a job. */
@NullMarked
package dev.millrace.engine.testkit;

import org.jspecify.annotations.NullMarked;
