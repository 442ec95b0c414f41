/** What a pipeline says, before anything runs. */
@NullMarked
package dev.millrace.engine.internal.plan;

import org.jspecify.annotations.NullMarked;
