const { join } = require('node:path')
const { getDefaultConfig } = require('expo/metro-config')

const config = getDefaultConfig(__dirname)

// Only because this app lives beside the packages, and not in their workspace: `npm install @spartito/react-native` needs none of it.
const packages = join(__dirname, '../../packages')
const names = ['browser', 'protocol', 'react', 'react-native', 'sdk']
config.watchFolders = names.map((name) => join(packages, name))
config.resolver.extraNodeModules = {
  ...Object.fromEntries(names.map((name) => [`@spartito/${name}`, join(packages, name)])),
  // what the packages are compiled to needs, and the app's own React for their hooks
  '@babel/runtime': join(__dirname, 'node_modules/@babel/runtime'),
  react: join(__dirname, 'node_modules/react'),
}

module.exports = config
