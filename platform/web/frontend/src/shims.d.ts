declare module "tom-select/base" {
  export { default } from "tom-select";
}
declare module "tom-select/dist/esm/plugins/clear_button/plugin.js" {
  const plugin: (this: unknown, settings: object) => unknown;
  export default plugin;
}
declare module "tom-select/dist/esm/plugins/remove_button/plugin.js" {
  const plugin: (this: unknown, settings: object) => unknown;
  export default plugin;
}
