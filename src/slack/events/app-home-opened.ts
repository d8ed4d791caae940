// The App Home, drawn anew each time it is opened.
import { callSlack } from '../calls.ts';
import type { EventArgs, EventListener } from '../listener.ts';
import { homeView } from '../views/home.ts';

export const appHomeOpened: EventListener = {
  kind: 'event',
  name: 'app_home_opened',
  async handle({ event }: EventArgs<'app_home_opened'>, bot) {
    if (event.tab !== 'home') return;
    const view = homeView(bot.settings, await bot.remember.byUser(event.user));
    await callSlack(() => bot.client.views.publish({ user_id: event.user, view }), { repeatable: true });
  },
};
