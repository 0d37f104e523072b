import { useLayoutEffect, useRef, type RefObject } from 'react';
import { useLocation } from 'react-router';
import { keepPlace, placeOf } from '~/hooks/places';

const list = 'page';

/**
 * Shows a page from its start, and where it was when a person goes back to it. It comes in parts, so it is scrolled
 * again with each part until it is high enough, or until the person scrolls.
 */
export function useContentPlace(content: RefObject<HTMLElement | null>) {
  const { key: entry, pathname } = useLocation();
  const shown = useRef<string>(undefined);

  useLayoutEffect(() => {
    const element = content.current!;
    const samePage = shown.current === pathname;
    shown.current = pathname;
    const kept = placeOf(entry, list)?.offset;
    const target = kept ?? (samePage ? element.scrollTop : 0);
    let returning = true;
    const parts = new MutationObserver(() => goBack());
    const arrive = () => {
      returning = false;
      parts.disconnect();
    };
    const goBack = () => {
      element.scrollTop = target;
      if (element.scrollTop >= target - 1) arrive();
    };
    const remember = () => {
      if (!returning) keepPlace(entry, list, element.scrollTop > 0 ? { key: pathname, index: 0, offset: element.scrollTop } : undefined);
    };
    parts.observe(element, { childList: true, subtree: true, attributeFilter: ['style'] });
    goBack();
    remember();
    const intents = ['wheel', 'touchmove', 'pointerdown', 'keydown'];
    element.addEventListener('scroll', remember, { passive: true });
    for (const intent of intents) window.addEventListener(intent, arrive, { passive: true });
    return () => {
      parts.disconnect();
      element.removeEventListener('scroll', remember);
      for (const intent of intents) window.removeEventListener(intent, arrive);
    };
  }, [content, entry, pathname]);
}
