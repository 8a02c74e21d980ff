export interface Order {
  readonly product: string;
  readonly count: number;
}
