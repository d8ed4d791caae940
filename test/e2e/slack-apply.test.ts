// The running bot beside an Admin API that takes writes, over HTTP and Socket Mode.
import { applyTests } from '../conformance/slack-apply.ts';

applyTests('http');
applyTests('socket');
