import CCairo
import CSDL2
