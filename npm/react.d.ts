// <tao-conviction> in the JSX of React 19: `import type {} from "tao-conviction/react"`, once in a project.

import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { TaoConvictionConfig, TaoConvictionElement, TaoConvictionEventMap } from "./index.js";

type Listeners = { [Name in keyof TaoConvictionEventMap as `on${Name}`]?: (event: TaoConvictionEventMap[Name]) => void };

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "tao-conviction": DetailedHTMLProps<HTMLAttributes<TaoConvictionElement>, TaoConvictionElement> & TaoConvictionConfig & Listeners;
    }
  }
}
