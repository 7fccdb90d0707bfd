/** The theme's colours for a canvas, which knows no CSS variables. */
export interface ChartColors {
  text: string;
  axis: string;
  split: string;
  buy: string;
  sell: string;
  price: string;
  idle: string;
  band: string;
  surface: string;
}
