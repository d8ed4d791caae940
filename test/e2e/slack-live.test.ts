// The running bot beside an Admin API, over HTTP and Socket Mode.
import { liveTests } from '../conformance/slack-live.ts';

liveTests('http');
liveTests('socket');
