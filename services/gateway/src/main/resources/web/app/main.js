import './styles.css';
import './shell.js';
