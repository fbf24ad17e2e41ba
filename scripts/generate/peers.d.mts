export interface LeftOut {
  readonly code: string;
  readonly name: string;
  readonly why: string;
}
export const ISTIOCTL_LEFT_OUT: readonly LeftOut[];
export const KIALI_LEFT_OUT: readonly LeftOut[];
